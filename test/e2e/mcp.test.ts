import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, kill, PrivateWorld, program, until } from './private-world.ts';

let world: PrivateWorld;
let clients: Client[];
beforeEach(() => {
  world = new PrivateWorld();
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await world.close();
});

async function connect(env: Record<string, string> = {}) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env: { ...world.env, ...env },
    cwd: world.home,
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  clients.push(client);
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<string> => {
    const { content, isError } = await client.callTool({ name, arguments: args }, undefined, { timeout: 150_000 });
    const text = Array.isArray(content) ? content.map((part) => ('text' in part ? part.text : '')).join('') : '';
    return isError === true ? `error: ${text}` : text;
  };
  return { client, transport, call, pid: transport.pid ?? 0 };
}

test('the tools: all by name, no argument needed, small enough for every call', async () => {
  const { client } = await connect();
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).toSorted()).toEqual([
    'block_on_stop',
    'comment',
    'explain',
    'heartbeat',
    'reconcile',
    'status',
    'wait_for_drift',
  ]);
  expect(tools.flatMap(({ inputSchema }) => inputSchema.required ?? [])).toEqual([]);
  expect(JSON.stringify(tools).length).toBeLessThanOrEqual(6 * 1024);
  const comment = tools.find(({ name }) => name === 'comment');
  expect(comment).toMatchObject({
    title: 'Comment on the card',
    annotations: { title: 'Comment on the card', readOnlyHint: false, idempotentHint: true },
  });
  expect(comment?.inputSchema).toEqual({
    type: 'object',
    properties: {
      task_id: { type: 'string', description: expect.any(String) },
      board: { type: 'string', description: expect.any(String) },
      text: { type: 'string', description: expect.any(String) },
      drift_ids: { type: 'array', items: { type: 'string' }, description: expect.any(String) },
    },
  });
});

test.each([
  ['a client of any kind', {}, {}, 50],
  ['a worker on a card of Hermes', { HERMES_KANBAN_TASK: 't_12345678' }, {}, 240],
  ['a client that is set up', { AGENT_SESSIONS_WAIT_SECONDS: '540' }, {}, 540],
  ['a set-up that asks for too much', { AGENT_SESSIONS_WAIT_SECONDS: '9999' }, {}, 570],
  ['a call that says so', { AGENT_SESSIONS_WAIT_SECONDS: '540' }, { max_seconds: '300' }, 300],
  ['a call with nonsense', { HERMES_KANBAN_TASK: '${HERMES_KANBAN_TASK}' }, { max_seconds: 'long' }, 50],
])('a wait says how long it is, and how far, where the client asks: %s', async (_, env, args, total) => {
  const { client } = await connect({ ...env, HERMES_KANBAN_BOARD: '' });
  const stop = new AbortController();
  const said: unknown[] = [];
  const onprogress = (progress: unknown): void => void said.push(progress);
  const call = client.callTool({ name: 'wait_for_drift', arguments: args }, undefined, {
    onprogress,
    signal: stop.signal,
  });
  await until('the progress', () => said.length > 0);
  stop.abort();
  await expect(call).rejects.toThrow();
  expect(said).toEqual([{ progress: 0, total }]);
});

test('a client hears each ten seconds how far a wait is, so that it does not give up', async () => {
  const { client } = await connect();
  const said: number[] = [];
  const answer = await client.callTool({ name: 'wait_for_drift', arguments: { max_seconds: 14 } }, undefined, {
    onprogress: ({ progress }) => void said.push(progress),
  });
  expect(answer).toMatchObject({ content: [{ text: 'no drift' }] });
  expect(said.slice(0, 2)).toEqual([0, 10]);
});

test('an orchestrator looks, and is told what is new once; what it may not have received is told again', async () => {
  const { call } = await connect();
  expect(await call('status')).toBe('no sessions');
  await world.openSession('shop-creator-claude');
  world.writeRegistry(
    `sessions:\n  shop-creator-claude: { agent: claude, status: running }\n  dead-creator-claude: { agent: claude, status: running, pane: { pid: 4194301, cmd: claude } }\n`,
    30,
  );
  const would = 'dead-creator-claude: tmux gone (was pane 4194301, cmd claude). Would be marked terminated.';
  expect(await call('reconcile', { dry_run: 'true' })).toBe(`${would}\n1 alive, 1 gone, 0 unknown`);
  const did =
    'dead-creator-claude: tmux gone (was pane 4194301, cmd claude). Marked terminated.\n1 alive, 1 gone, 0 unknown';
  expect(await call('reconcile')).toBe(did);
  expect(await call('reconcile')).toBe('no drift');
  expect(await call('status')).toBe(
    'shop-creator-claude · claude · alive · no id\ndead-creator-claude · claude · terminated · no id',
  );
  expect(await call('explain')).toBe('choose a session:\nshop-creator-claude\ndead-creator-claude');
  expect(await call('explain', { session: 'shop-creator-claude' })).toContain('complete list of 1 session');
  for (const [tool, more] of Object.entries({
    explain: {},
    status: {},
    reconcile: {},
    'reconcile ': { dry_run: true },
  }))
    expect(await call(tool.trim(), { session: 'shop-creator-cluade', ...more }), tool).toBe(
      'error: there is no session shop-creator-cluade\ndid you mean shop-creator-claude? `asm status` shows the sessions there are',
    );
  expect(await call('heartbeat')).toMatch(/^alive, 1 drifts detected, last at \S+Z · last pass \S+Z · pass \d+ ms/);
  expect(await call('nonsense')).toMatch(/^error: there is no tool nonsense/);
});

test('the loop in one call on the local board: news at once, a stop ends it for every tool; nonsense is the default', async () => {
  const { call } = await connect();
  expect(await call('wait_for_drift', { max_seconds: '0', unknown: [1] })).toBe('no drift');
  await world.openSession('shop-creator-claude');
  expect(await call('wait_for_drift', { max_seconds: 30 })).toBe(
    'shop-creator-claude: tmux found but not in YAML. Auto-registered.\n1 alive, 0 gone, 0 unknown',
  );
  const [card] = (await world.run(['card', '--json'])).stdout.match(/local-[0-9a-f]{8}/) ?? [''];
  expect(await world.comments(card)).toEqual(['shop-creator-claude: tmux found but not in YAML. Auto-registered.']);
  expect(await call('comment')).toBe('no drift');
  expect(await call('comment', { drift_ids: ['7f3a', 'b2'] })).toBe('no such drift: 7f3a, b2');
  expect(await call('comment', { text: 'all is well' })).toBe('posted');
  expect(await call('comment', { text: 'all is well' })).toBe('said before: nothing posted');
  expect(await call('heartbeat')).toMatch(/^alive, 1 drifts detected, last at .*Z/);
  expect(await call('block_on_stop')).toBe('monitoring is still wanted');

  const waiting = call('wait_for_drift', { max_seconds: 60 });
  const [first, second] = await Promise.all([call('status'), call('heartbeat')]);
  expect([first, second]).toEqual([expect.stringContaining('shop-creator-claude'), expect.stringMatching(/^alive/)]);
  await world.run(['comment', 'please stop the build']);
  expect(await waiting).toBe('a comment needs judgement: please stop the build');

  const again = call('wait_for_drift', { max_seconds: 60 });
  await world.run(['comment', 'stop monitoring']);
  const over = await again;
  expect(over).toMatch(/^stopped: stop-requested by user at .*Z: found in this run: /);
  for (const tool of ['wait_for_drift', 'reconcile', 'status', 'heartbeat']) expect(await call(tool)).toBe(over);
  expect((await world.card(card)).task.status).toBe('blocked');
  // The end of a run is known to that server only.
  expect(await (await connect()).call('status')).toContain('shop-creator-claude');
});

test('only one watches; the server ends with its stdin, and pauses its run', async () => {
  const one = await connect({ AGENT_SESSIONS_WAIT_SECONDS: '0' });
  expect(await one.call('wait_for_drift')).toBe('no drift');
  const two = await connect();
  expect(await two.call('wait_for_drift', { max_seconds: 0 })).toMatch(/^pid \d+ already watches this registry/);
  await one.client.close();
  await until('the server to end', () => !isAlive(one.pid));
  const { task, comments } = JSON.parse((await world.run(['card', '--json'])).stdout);
  expect(task).toMatchObject({ status: 'running', run: null });
  expect(comments).toMatchObject([
    { body: expect.stringMatching(/^Paused: the program that waited for news has ended, the run goes on/) },
  ]);
  expect(await two.call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
});

test("beside a monitor the card stays that monitor's: not taken, not paused, asked back once", async () => {
  const monitor = await world.monitor();
  const run = async () => (await world.card(monitor.card)).task.run?.pid;
  const one = await connect();
  await one.call('heartbeat');
  expect(await run()).toBe(monitor.pid);
  await world.run(['comment', 'please stop the build']);
  await until('the answer', async () => (await world.comments(monitor.card)).some((body) => body.startsWith('Still')));
  expect(await one.call('block_on_stop')).toBe('monitoring is still wanted');
  await one.client.close();
  await until('the server to end', () => !isAlive(one.pid));
  expect(await world.comments(monitor.card)).toEqual([
    'please stop the build',
    expect.stringMatching(/^Still watching/),
  ]);
  expect(await run()).toBe(monitor.pid);

  const two = await connect();
  await two.call('heartbeat');
  expect(await two.call('wait_for_drift', { max_seconds: 0 })).toMatch(/^pid \d+ already watches this registry/);
  await monitor.end('SIGKILL');
  expect(await two.call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
  expect(await run()).toBe(two.pid);
});

test('a server that is killed in a call, and asked the same again: the card is told once', async () => {
  const one = await connect({ HERMES_KANBAN_TASK: '${HERMES_KANBAN_TASK}' });
  expect(await one.call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
  await world.openSession('shop-creator-claude');
  const lost = one.call('wait_for_drift', { max_seconds: 60 }).catch(() => 'lost');
  await until('the registration', () => world.readRegistry().includes('shop-creator-claude'));
  kill(one.pid, 'SIGKILL');
  await lost;
  const two = await connect();
  await two.call('wait_for_drift', { max_seconds: 0 });
  const [card] = (await world.run(['card', '--json'])).stdout.match(/local-[0-9a-f]{8}/) ?? [''];
  await until('the card to be told', async () => (await world.comments(card)).length > 0);
  expect(await two.call('comment')).toBe('no drift');
  expect(await world.comments(card)).toEqual(['shop-creator-claude: tmux found but not in YAML. Auto-registered.']);
});

test('a registry that cannot be read, and arguments that are none, are answered as what they are', async () => {
  const { client, call } = await connect();
  world.writeRegistry('sessions: [\n', 30);
  const [what = '', ...rest] = (await call('reconcile')).split('\n');
  expect(what).toMatch(/^the registry cannot be read: /);
  expect(rest).toEqual([`${world.registry}:2:1`, expect.any(String)]);
  for (const tool of ['status', 'explain']) expect(await call(tool), tool).toBe([what, ...rest].join('\n'));
  expect(await call('wait_for_drift', { max_seconds: 0 })).toContain([what, ...rest].join('\n'));
  world.writeRegistry('sessions: {}\n', 30);
  for (const given of [null, [], 'x']) {
    const answer = client.request(
      { method: 'tools/call', params: { name: 'status', arguments: given } },
      CallToolResultSchema,
    );
    expect(await answer).toMatchObject({ content: [{ text: 'no sessions' }] });
  }
});

test('stdin that ends in a wait ends the server long before it is over; a ping is answered meanwhile', async () => {
  const { client, transport, call, pid } = await connect();
  let isOver = false;
  const waiting = call('wait_for_drift', { max_seconds: 60 })
    .catch(() => 'cut off')
    .finally(() => (isOver = true));
  await until('the wait', async () => (await world.run(['card', '--json'])).code === 0);
  await client.ping();
  expect(isOver).toBe(false);
  // Closes only its stdin, as Hermes does first: the client's own way sends a signal soon after.
  transport['_process']?.stdin?.end();
  await until('the server to end', () => !isAlive(pid));
  await client.close();
  expect(await waiting).toBe('cut off');
});

test('the calls of a turn are counted, also by a server that was started again', async () => {
  const one = await connect({ HERMES_KANBAN_TASK: 't_12345678' });
  for (let call = 1; call < 40; call += 1) expect(await one.call('status')).toBe('no sessions');
  kill(one.pid, 'SIGKILL');
  const two = await connect({ HERMES_KANBAN_TASK: 't_12345678' });
  for (let call = 40; call < 80; call += 1) expect(await two.call('status')).toBe('no sessions');
  expect(await two.call('status')).toBe('turn ends soon');
  expect(await two.call('status')).toBe('no sessions');
});

test.each(['legacy', 'auto'] as const)('the client of the newer protocol is served too: %s', async (mode) => {
  const { Client: NewerClient } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport: NewerTransport } = await import('@modelcontextprotocol/client/stdio');
  const transport = new NewerTransport({ command: process.execPath, args: [program, 'mcp'], env: world.env });
  const client = new NewerClient({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  expect(client.getProtocolEra()).toBe('legacy');
  expect((await client.listTools()).tools).toHaveLength(7);
  expect(await client.callTool({ name: 'status', arguments: {} })).toMatchObject({
    content: [{ type: 'text', text: 'no sessions' }],
  });
  await client.close();
});

test('a client that begins with `server/discover` is told at once that it is not known, and goes on', async () => {
  const server = spawn(process.execPath, [program, 'mcp'], { env: world.env, stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const ask = async (message: object) => {
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    return JSON.parse((await lines.next()).value ?? '');
  };
  const clientInfo = { name: 'test', version: '1' };
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  // Any other code, or silence, is not what makes every client fall back.
  expect(await ask({ id: 'probe', method: 'server/discover', params: { _meta: meta } })).toMatchObject({
    id: 'probe',
    error: { code: -32601 },
  });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  expect(await ask({ id: 1, method: 'initialize', params })).toMatchObject({
    id: 1,
    result: { protocolVersion: '2025-11-25', serverInfo: { name: 'agent_sessions_monitor' } },
  });
  const ended = once(server, 'exit');
  server.stdin.end();
  await ended;
});

test("the official Inspector's command lists the tools and calls one", async () => {
  const inspector = fileURLToPath(new URL('../../node_modules/.bin/mcp-inspector-cli', import.meta.url));
  const inspect = async (...words: readonly string[]) => {
    const ran = world.startOther(inspector, ['--cli', process.execPath, program, 'mcp', '--method', ...words]);
    expect(await ran.exited, ran.stderr()).toBe(0);
    return JSON.parse(ran.stdout());
  };
  expect((await inspect('tools/list')).tools).toHaveLength(7);
  const dry = ['tools/call', '--tool-name', 'reconcile', '--tool-arg', 'dry_run=true'];
  expect(await inspect(...dry)).toMatchObject({ content: [{ type: 'text', text: 'no drift' }] });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s during a wait is an orderly end: it is answered, and no defect',
  async (signal) => {
    const { call, client, pid } = await connect();
    await world.openSession('shop-creator-claude');
    const waiting = call('wait_for_drift', { max_seconds: 30 });
    await until('the wait', async () => (await world.run(['card', '--json'])).code === 0);
    const closed = new Promise<void>((resolve) => (client.onclose = resolve));
    kill(pid, signal);
    expect(await waiting).toBe('this server was ended by a signal: nothing is lost, the next call goes on from here');
    await closed;
    expect(isAlive(pid)).toBe(false);
  },
);
