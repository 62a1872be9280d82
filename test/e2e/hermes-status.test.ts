import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, program, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
  world.writeRegistry('sessions: {}\n', 60);
  chmodSync(world.file('bin/hermes', hermes(world.folder('board'))), 0o700);
  put('status', 'running');
  put('comments', '');
});
afterEach(() => world.close());

const put = (name: string, text: string): void => writeFileSync(join(world.root, 'board', name), text);
const status = (): string => readFileSync(join(world.root, 'board/status'), 'utf8').trim();

/** Stands in for a later Hermes: a test writes its card's status and comments into two files. */
function hermes(board: string): string {
  return `#!/bin/bash
cd '${board}'
case $2 in
  show)
    comment=$(cat comments)
    printf '{"task":{"id":"t_1","title":"x","status":"%s"},"comments":[%s],"events":[{"kind":"created","created_at":1},{"kind":"claimed","created_at":2}%s]}\\n' \\
      "$(cat status)" "\${comment:+{\\"author\\":\\"me\\",\\"body\\":\\"$comment\\",\\"created_at\\":9\\}}" "\${comment:+,{\\"kind\\":\\"commented\\",\\"created_at\\":9\\}}" ;;
  block) echo blocked >status; echo 'Blocked t_1' ;;
  claim) echo "cannot claim t_1: status=$(cat status)" >&2 ;;
  comment) echo 'Comment added to t_1' ;;
  heartbeat) echo 'Heartbeat recorded for t_1' ;;
  tail) for second in {1..600}; do sleep 0.2; [ -e tail ] && exit; done ;;
esac
exit 0
`;
}

test('a card that goes into a status we do not know ends no run, and a stop on it is heard', async () => {
  const monitor = world.start(['monitor', '--board', 'hermes', '--card', 't_1', '--interval', '1s'], {
    HERMES_KANBAN_TASK: 't_1',
  });
  await until('it to watch', () => monitor.stderr().includes('watching 0 sessions'));
  put('status', 'review');
  await world.openSession('shop-creator-claude');
  await until('a further look', () => world.readRegistry().includes('shop-creator-claude'));
  expect(status()).toBe('review');
  put('comments', 'stop monitoring');
  put('tail', '');
  expect(await monitor.exited).toBe(0);
  expect(status()).toBe('blocked');
});

test('a worker whose card is in such a status looks, and hears the stop', async () => {
  put('status', 'review');
  const env = { ...world.env, HERMES_KANBAN_TASK: 't_1' };
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env,
    cwd: world.home,
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const call = async (name: string, args = {}): Promise<string> =>
    JSON.stringify((await client.callTool({ name, arguments: args })).content);
  try {
    expect(await call('wait_for_drift', { max_seconds: 0 })).toContain('no drift');
    expect(await call('block_on_stop')).toContain('monitoring is still wanted');
    put('comments', 'stop monitoring');
    expect(await call('wait_for_drift', { max_seconds: 20 })).toContain('stopped: stop-requested by user');
    expect(status()).toBe('blocked');
  } finally {
    await client.close();
  }
});
