import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noticeSchema } from '../../src/tell/notify/notice-schema.ts';
import { Receiver } from '../tell/notify/receiver.ts';
import { PrivateWorld, program, until } from './private-world.ts';

/** A model that waits holds the lease, and so it runs the notifiers; a single pass never does. */

let world: PrivateWorld;
let receiver: Receiver;
beforeEach(async () => {
  world = new PrivateWorld();
  receiver = await new Receiver().open();
  const list = `notify: [{ kind: webhook, name: hook, url: '${receiver.url}' }]\n`;
  world.file('home/.config/agent-sessions-monitor/config.yaml', `tmux: { sockets: [] }\n${list}`);
});
afterEach(async () => {
  await receiver.close();
  await world.close();
});

const kill = (session: string) => world.tmux(['kill-session', '-t', `=${session}`]);
const told = () =>
  receiver.bodies.flatMap((body) => noticeSchema.parse(body).events.map(({ kind, session }) => `${kind} ${session}`));
const positions = () =>
  readdirSync(world.state).filter((name) => existsSync(join(world.state, name, 'cursors/notify-hook.json')));

test('a single pass sends nothing and takes no position, whatever it finds; the model’s wait tells what comes', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await world.openSession(`${name}-creator-claude`);
  await until('the sessions to be registered', async () => {
    await world.run(['reconcile']);
    return world.readRegistry().includes('d-creator-claude');
  });
  kill('a-creator-claude');
  await until('the death to be logged', async () => {
    await world.run(['reconcile']);
    return world.logged('applied') > 1;
  });
  for (const words of [['status'], ['status', '--json'], ['reconcile'], ['doctor'], ['digest'], ['history']]) {
    await world.run(words);
  }
  expect(receiver.received).toEqual([]);
  expect(positions()).toEqual([]);

  const client = new Client({ name: 'test', version: '1' });
  const transport = { command: process.execPath, args: [program, 'mcp'], env: world.env, cwd: world.home };
  await client.connect(new StdioClientTransport(transport));
  try {
    const call = async (name: string, args: Record<string, unknown> = {}) =>
      JSON.stringify(await client.callTool({ name, arguments: args }, undefined, { timeout: 150_000 }));
    await call('status');
    await call('reconcile');
    expect(positions(), 'tools that only look run no notifier').toEqual([]);
    const waiting = call('wait_for_drift', { max_seconds: 40 });
    await until('the lease', () => positions().length > 0);
    kill('b-creator-claude');
    expect(await waiting).toContain('b-creator-claude: tmux gone');
    await until('the notice', () => told().length > 0);
    // The lease is still held: the next wait goes on, and tells nothing again.
    expect(await world.run(['monitor'])).toMatchObject({ code: 6 });
    const next = call('wait_for_drift', { max_seconds: 40 });
    kill('c-creator-claude');
    expect(await next).toContain('c-creator-claude: tmux gone');
    await until('the second notice', () => told().length > 1);
  } finally {
    await client.close();
  }
  expect(told()).toEqual(['session-gone b-creator-claude', 'session-gone c-creator-claude']);
});
