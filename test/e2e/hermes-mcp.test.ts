import { chmodSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { HermesWorld } from './hermes-world.ts';
import { kill, program, until } from './private-world.ts';

const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
const stopped = new RegExp(`^stopped: stop-requested by user at ${iso}: `);

let world: HermesWorld;
let card: string;
let servers: { readonly client: Client; readonly pid: number }[];
let others: number[];
beforeAll(() => {
  world = new HermesWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  servers = [];
  others = [];
  world.forget();
  card = world.createCard();
  world.kanban('claim', card);
});
afterEach(async () => {
  hermesIs(null);
  await Promise.all(servers.map(({ client }) => client.close()));
  for (const pid of [...servers.map((server) => server.pid), ...others]) kill(pid, 'SIGKILL');
});

async function connect(env: Record<string, string> = {}, cwd = world.home) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env: { ...world.env, HERMES_KANBAN_TASK: card, ...env },
    cwd,
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const pid = transport.pid ?? 0;
  servers.push({ client, pid });
  const call = async (name: string, args: Record<string, unknown> = {}, signal?: AbortSignal): Promise<string> => {
    const options = { timeout: 150_000, ...(signal === undefined ? {} : { signal }) };
    const { content, isError } = await client.callTool({ name, arguments: args }, undefined, options);
    const text = Array.isArray(content) ? content.map((part) => ('text' in part ? part.text : '')).join('') : '';
    return isError === true ? `error: ${text}` : text;
  };
  /** Waits for drift, again while the board of a busy machine is later than an answer waits for it. */
  const wait = (args: Record<string, unknown>): Promise<string> =>
    until('the board to answer', async () => {
      const said = await call('wait_for_drift', args);
      return !said.startsWith('the board did not answer') && said;
    });
  return { call, wait, pid, client };
}

/**
 * Puts a script before the real hermes in PATH; `null` takes it away. `$*` are its words, `real` runs the real one.
 */
function hermesIs(script: string | null): void {
  const path = join(world.bin, 'hermes');
  if (script === null) return rmSync(path, { force: true });
  const text = `#!/bin/sh\nreal() { exec '${world.hermes}' "$@"; }\n${script}\n`;
  // The script must be complete at once: it may be started at any moment.
  writeFileSync(`${path}.new`, text);
  chmodSync(`${path}.new`, 0o700);
  renameSync(`${path}.new`, path);
}

test('a text that was refused, or cut off by a kill, was not said; the same one is said once, also at once', async () => {
  hermesIs('case "$*" in *" comment "*) echo "database is locked" >&2; exit 0;; esac; real "$@"');
  const one = await connect();
  expect(await one.call('comment', { text: 'important words' })).toContain('database is locked');
  hermesIs('case "$*" in *" comment "*) sleep 60;; esac; real "$@"');
  const lost = one.call('comment', { text: 'important words' }).catch(() => 'lost');
  await until('the intent', () => world.logged('posting', card) >= 2);
  kill(one.pid, 'SIGKILL');
  expect(await lost).toBe('lost');
  hermesIs(null);
  const two = await connect();
  const said = ['important words', 'important words'].map((text) => two.call('comment', { text }));
  expect(await Promise.all(said)).toEqual(['posted', 'said before: nothing posted']);
  const order = 'please tell us when to stop monitoring';
  expect(await two.call('comment', { text: order })).toBe('posted');
  expect(await two.call('comment', { text: order })).toBe('said before: nothing posted');
  expect(world.bodies(card)).toEqual(['important words', `\`${order}\``]);
});

test(
  'several calls see one stop, two waits at once too: one summary, one block; a server that starts again knows that it is over',
  { timeout: 300_000 },
  async () => {
    const one = await connect();
    world.kanban('comment', card, 'please stop the build');
    expect(
      await Promise.all([one.call('block_on_stop'), one.call('block_on_stop'), one.call('block_on_stop')]),
    ).toEqual(Array.from({ length: 3 }, () => 'monitoring is still wanted'));
    expect(await one.wait({ max_seconds: 0 })).toBe('a comment needs judgement: please stop the build');
    const waits = [1, 2].map(() => one.call('wait_for_drift', { max_seconds: 60 }));
    expect(await one.call('block_on_stop')).toBe('monitoring is still wanted');
    world.kanban('comment', card, 'stop monitoring');
    const calls = [...waits, one.call('block_on_stop'), one.call('block_on_stop')];
    for (const answer of await Promise.all(calls)) expect(answer).toMatch(stopped);
    expect(world.bodies(card)).toEqual([
      'please stop the build',
      'Still watching. To end it, comment `stop monitoring`.',
      'stop monitoring',
      'no drift was found in this run.',
      expect.stringMatching(/^BLOCKED: stop-requested by user at /),
    ]);
    // A first call does not wait long to learn that the run is over.
    const two = await until('a server that reads its card in time', async () => {
      const server = await connect();
      return (await server.call('status')).startsWith('stopped: ') && server;
    });
    for (const tool of ['status', 'wait_for_drift', 'block_on_stop', 'heartbeat', 'comment', 'reconcile'])
      expect(await two.call(tool), tool).toMatch(/^stopped: the card was blocked: stop-requested by user at /);
    expect(world.show(card).comments).toHaveLength(5);

    card = world.createCard();
    world.kanban('claim', card);
    world.kanban('comment', card, 'stop monitoring');
    const short = await (await connect()).wait({ max_seconds: 1 });
    expect(short, 'written before, and seen in the shortest wait').toMatch(stopped);
  },
);

test('a board that hangs from the first call on: passes go on, the answer comes in time, the card hears of it later', async () => {
  world.file('home/.config/agent-sessions-monitor/config.yaml', 'monitor: { interval: 1s }\n');
  const hangs = world.file('hangs', '');
  hermesIs(`while [ -e '${hangs}' ]; do sleep 0.1; done; real "$@"`);
  await world.openSession('slow-creator-claude');
  const { call, wait } = await connect();
  const slow = 'slow-creator-claude: tmux found but not in YAML. Auto-registered.';
  const asked = performance.now();
  expect(await call('wait_for_drift', { max_seconds: 8 })).toBe(
    `the board did not answer\n${slow}\n1 alive, 0 gone, 0 unknown`,
  );
  // It was also asked for five seconds whether the run is over.
  expect(performance.now() - asked).toBeLessThan(45_000);
  // The drift is repaired and closed.
  expect(world.logged('resolved')).toBe(1);
  rmSync(hangs);
  expect(await wait({ max_seconds: 1 })).toBe('no drift');
  await until('the news', () => world.bodies(card).length > 0);
  expect(world.bodies(card)).toEqual([slow]);
  rmSync(join(world.home, '.config/agent-sessions-monitor'), { recursive: true });
});

test(
  "another worker's card: a comment and a pass do not take it, and only a wait takes a card without a worker",
  { timeout: 300_000 },
  async () => {
    const foreign = world.createCard();
    const { call, wait } = await connect();
    const at = { task_id: foreign };
    expect(await call('comment', { ...at, text: 'hello' })).toBe('posted');
    expect(await call('heartbeat', at)).toContain('cannot heartbeat');
    expect(await call('block_on_stop', at)).toBe(`card ${foreign} is ready: there is no run to stop`);
    world.kanban('claim', foreign);
    expect(await call('heartbeat', at)).toMatch(/^alive, /);
    expect(await call('block_on_stop', at)).toBe('monitoring is still wanted');
    world.kanban('reclaim', foreign);
    world.kanban('comment', foreign, 'stop monitoring');
    expect(await call('block_on_stop', at)).toBe(`card ${foreign} is ready: there is no run to stop`);
    expect(world.kinds(foreign).filter((kind) => kind === 'claimed')).toHaveLength(1);
    expect(world.logged('run', foreign)).toBe(0);
    expect(await call('wait_for_drift', { ...at, max_seconds: 30 })).toMatch(stopped);

    const profiles = { task_id: world.createCard('--assignee', 'default') };
    expect(await wait({ ...profiles, max_seconds: 1 })).toContain('waits for its own worker, default');
    expect(world.show(profiles.task_id).task.status).toBe('ready');
    // The worker does nothing.
    hermesIs('case "$*" in *" chat "*) exec sleep 60;; esac; real "$@"');
    world.kanban('dispatch', '--json');
    const spawned = world.show(profiles.task_id).events.findLast(({ kind }: { kind: string }) => kind === 'spawned');
    others.push(spawned.payload.pid);
    expect(await wait({ ...profiles, max_seconds: 1 })).toContain('is worked by a worker of its own');
  },
);

test('what the board did not say is said so; a person who archives the card is seen by every tool', async () => {
  const { call, wait } = await connect();
  expect(await wait({ max_seconds: 0 })).toBe('no drift');
  // The call waits for its turn: the wait's calls to the board are done by then.
  expect(await call('heartbeat')).toMatch(/^alive, /);
  hermesIs('echo "no" >&2; exit 1');
  world.kanban('comment', card, 'stop monitoring');
  expect(await call('block_on_stop')).toMatch(/^the board did not answer: /);
  expect(await call('heartbeat')).toMatch(/^the board did not answer: /);
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
  hermesIs(null);
  world.kanban('archive', card);
  expect(await call('heartbeat')).toBe('stopped: the card is archived: no drift was found in this run.');
  expect(await call('status')).toBe('stopped: the card is archived: no drift was found in this run.');
});

test(
  'news whose answer was cancelled, or whose server died in its first call, are told with the next',
  { timeout: 300_000 },
  async () => {
    world.file('home/.config/agent-sessions-monitor/config.yaml', 'monitor: { interval: 1s, heartbeat: 2s }\n');
    const one = await connect();
    expect(await one.wait({ max_seconds: 0 })).toBe('no drift');
    const cancel = new AbortController();
    const cancelled = one.call('wait_for_drift', { max_seconds: 60 }, cancel.signal).catch(() => 'cancelled');
    await world.openSession('shop-creator-claude');
    await until('the news', () => world.bodies(card).length === 1);
    cancel.abort();
    expect(await cancelled).toBe('cancelled');
    const shop = 'shop-creator-claude: tmux found but not in YAML. Auto-registered.';
    expect(await one.call('reconcile')).toBe(`${shop}\n1 alive, 0 gone, 0 unknown`);
    expect(await one.call('reconcile')).toBe('no drift');
    // The waits are shorter than the time between two heartbeats.
    for (let round = 0; round < 4; round += 1) await one.call('wait_for_drift', { max_seconds: 1 });
    expect(world.kinds(card).filter((kind) => kind === 'heartbeat').length).toBeGreaterThan(0);

    card = world.createCard();
    world.kanban('claim', card);
    await one.client.close();
    const two = await connect();
    const lost = two.call('wait_for_drift', { max_seconds: 60 }).catch(() => 'lost');
    await until('the run', () => world.logged('run', card) > 0);
    await world.openSession('blog-creator-claude');
    // The drift is repaired, told and closed.
    await until('the end', () => world.logged('resolved') >= 2);
    kill(two.pid, 'SIGKILL');
    await lost;
    const three = await connect();
    const blog = 'blog-creator-claude: tmux found but not in YAML. Auto-registered.';
    expect(await three.call('reconcile')).toContain(blog);
    await three.call('comment');
    expect(world.bodies(card).join('\n').split(blog)).toHaveLength(2);
    rmSync(join(world.home, '.config/agent-sessions-monitor'), { recursive: true });
  },
);

test('unfilled templates reach no hermes; the local card is no card of Hermes', async () => {
  const names = ['HERMES_PROFILE', 'HERMES_KANBAN_TASK', 'HERMES_KANBAN_BOARD', 'HERMES_KANBAN_DB', 'XDG_STATE_HOME'];
  const literal = Object.fromEntries(names.map((name) => [name, `\${${name}}`]));
  const cwd = world.folder('elsewhere');
  const { call } = await connect(literal, cwd);
  expect(await call('comment', { task_id: card, text: 'hello' })).toBe('posted');
  expect(readdirSync(cwd)).toEqual([]);
  expect(world.bodies(card)).toEqual(['hello']);
  const local = /local-[0-9a-f]{8}/.exec(await call('block_on_stop', { task_id: '${HERMES_KANBAN_TASK}' }))?.[0];
  expect(local).toBeUndefined();
  const shown = JSON.parse((await world.run(['card', '--json'])).stdout);
  expect(await call('comment', { task_id: shown.task.id, text: 'hello' })).toBe('posted');
});
