import { readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const uuid = (digit: number): string => `${digit}0000000-0000-4000-8000-00000000000${digit}`;

/** Writes the live record of a Claude process. */
function liveRecord(pid: number, sessionId: string, more: object = {}): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const record = { pid, sessionId, cwd: world.work, startedAt: Date.now(), procStart, kind: 'interactive', ...more };
  world.file(`home/.claude/sessions/${pid}.json`, JSON.stringify({ entrypoint: 'cli', status: 'idle', ...record }));
}

/**
 * Writes a transcript that begins now, or grows now.
 * @param at ms since 1970
 */
function transcript(id: string, at = Date.now(), folder = 'work', more: object = {}): string {
  const said = { type: 'user', cwd: world.work, sessionId: id, timestamp: new Date(at).toISOString(), ...more };
  const key = folder === 'work' ? world.work.replaceAll(/[^A-Za-z0-9]/g, '-') : folder;
  const path = world.file(`home/.claude/projects/${key}/${id}.jsonl`, `${JSON.stringify(said)}\n`);
  utimesSync(path, at / 1000, at / 1000);
  return path;
}

/** The lines that only `/clear` writes at the beginning of a conversation. */
const cleared = { message: { role: 'user', content: '<command-name>/clear</command-name>' } };

function entry(session: string, id: string | null, agent = 'claude'): string {
  const field =
    agent === 'agy' ? `agent_identities: { agy: { conversation_id: ${id} } }` : `claude_session_id_own: ${id}`;
  return `  ${session}:\n    agent: ${agent}\n    cwd: ${world.work}\n    status: running\n    ${field}\n`;
}

function idOf(session: string): string | undefined {
  const text = world.readRegistry().split(`  ${session}:\n`)[1] ?? '';
  return /(?:claude_session_id_own|conversation_id): (\S+)/.exec(text)?.[1];
}

/** Runs passes until the registry says so, and returns all that was told. */
async function passesUntil(what: string, isSo: () => boolean): Promise<readonly string[]> {
  const told: string[] = [];
  await until(what, async () => {
    const { document } = await world.reconcile();
    told.push(...document.drifts.map(({ message }: { message: string }) => message));
    return isSo();
  });
  return told;
}

/** Runs passes until nothing is put off any more. */
async function settledPasses(): Promise<readonly { readonly kind: string; readonly message: string }[]> {
  const told: { kind: string; message: string }[] = [];
  await until('nothing to be put off', async () => {
    const { document } = await world.reconcile();
    told.push(...document.drifts);
    return document.deferred.length === 0;
  });
  return told;
}

test('two agents in one folder: each has what proves it', async () => {
  const one = await world.openSession('one-creator-claude');
  const two = await world.openSession('two-creator-claude');
  for (const id of [uuid(1), uuid(2)]) transcript(id);
  liveRecord(one, uuid(1));
  liveRecord(two, uuid(2));
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', null)}${entry('two-creator-claude', null)}`, 30);
  const told = await settledPasses();
  expect(told.map(({ message }) => message).toSorted()).toEqual([
    `one-creator-claude: session id materialized ${uuid(1)}`,
    `two-creator-claude: session id materialized ${uuid(2)}`,
  ]);
});

test('two agents in one folder without proof: nothing is guessed, and it is said once', async () => {
  await world.openSession('one-creator-claude');
  await world.openSession('two-creator-claude');
  await until('the clock to pass their start', () => Date.now() % 1000 < 100);
  transcript(uuid(1));
  transcript(uuid(2));
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', null)}${entry('two-creator-claude', null)}`, 30);
  const told = await settledPasses();
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['identity-ambiguous']));
  expect([idOf('one-creator-claude'), idOf('two-creator-claude')]).toEqual(['null', 'null']);
  expect(await settledPasses()).toEqual([]);
});

test('two agents in one folder: when one of them ends, the other keeps its own conversation', async () => {
  const one = await world.openSession('one-creator-claude');
  const two = await world.openSession('two-creator-claude');
  transcript(uuid(1), Date.now() + 1_000);
  transcript(uuid(2), Date.now() + 2_000);
  liveRecord(one, uuid(1));
  liveRecord(two, uuid(2));
  const entries = [entry('one-creator-claude', uuid(1)), entry('two-creator-claude', uuid(2))];
  world.writeRegistry(`sessions:\n${entries.join('')}`, 30);
  expect(await settledPasses()).toEqual([]);
  world.tmux(['kill-session', '-t', '=two-creator-claude']);
  expect((await settledPasses()).map(({ kind }) => kind)).toEqual(['session-gone']);
  expect(await settledPasses()).toEqual([]);
  // The user removes its entry: its transcript still belongs to no other entry.
  const [alone = ''] = world.readRegistry().split('  two-creator-claude:');
  world.writeRegistry(alone, 30);
  expect(await settledPasses()).toEqual([]);
  expect(idOf('one-creator-claude')).toBe(uuid(1));
});

test('agents of one folder that were started with their ids: each has its own, and who was not has none of theirs', async () => {
  const names = [1, 2, 3].map((number) => `w${number}-creator-claude`);
  for (const [index, name] of names.entries()) {
    await world.openSession(name, { args: ['--session-id', uuid(index + 1)] });
  }
  await world.openSession('late-creator-claude');
  // The first transcript lies in a folder with another name than the encoded one.
  for (const [index] of names.entries()) transcript(uuid(index + 1), Date.now(), index === 0 ? 'elsewhere' : 'work');
  world.writeRegistry(`sessions:\n${[...names, 'late-creator-claude'].map((name) => entry(name, null)).join('')}`, 30);
  const told = await passesUntil('all ids', () => idOf('w3-creator-claude') !== 'null');
  expect(names.map(idOf)).toEqual([uuid(1), uuid(2), uuid(3)]);
  expect(idOf('late-creator-claude')).toBe('null');
  expect(told).toEqual(names.map((name, index) => `${name}: session id materialized ${uuid(index + 1)}`));
  world.tmux(['kill-session', '-t', '=w1-creator-claude']);
  const then = await passesUntil('the death', () => world.readRegistry().includes('terminated'));
  expect(then).toEqual([expect.stringMatching(/^w1-creator-claude: tmux gone/)]);
});

test('a Claude in another terminal of the folder keeps what it runs, also after its end', async () => {
  const pid = await world.openSession('one-creator-claude');
  transcript(uuid(1), Date.now() + 1_000);
  liveRecord(pid, uuid(1));
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', uuid(1))}`, 30);
  const command = `exec -a claude perl ${join(world.bin, 'agent.pl')}`;
  const other = world.startOther('bash', ['-c', command], { cwd: world.work });
  await until('the other one', () => readFileSync(`/proc/${other.pid}/cmdline`, 'latin1').startsWith('claude'));
  liveRecord(other.pid, uuid(2));
  transcript(uuid(2), Date.now() + 2_000);
  expect(await settledPasses()).toEqual([]);
  await other.end('SIGKILL');
  expect(await settledPasses()).toEqual([]);
  expect(idOf('one-creator-claude')).toBe(uuid(1));
});

test('`/clear` twice, and back to the first by `/resume`: the record is followed, and the lineage tells it', async () => {
  const pid = await world.openSession('one-creator-claude');
  const lineage = () => [...world.readRegistry().matchAll(/ id: ([0-9a-f-]{36})/g)].map(([, id]) => id);
  for (const digit of [1, 2, 3]) transcript(uuid(digit), Date.now() + digit * 1000, 'work', digit === 1 ? {} : cleared);
  liveRecord(pid, uuid(1), { version: '2.1.332' });
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', uuid(1))}`, 30);
  expect(await settledPasses()).toEqual([]);
  for (const digit of [2, 3]) {
    liveRecord(pid, uuid(digit), { version: '2.1.332' });
    const told = await passesUntil('the next id', () => idOf('one-creator-claude') === uuid(digit));
    expect(told).toEqual([expect.stringContaining(uuid(digit))]);
  }
  expect(lineage()).toEqual([uuid(2), uuid(1)]);
  // Nothing is written into it before the next prompt, so it is older than the conversations that were left.
  liveRecord(pid, uuid(1), { version: '2.1.332' });
  await passesUntil('the first id again', () => idOf('one-creator-claude') === uuid(1));
  expect(lineage()).toEqual([uuid(3), uuid(2)]);
  expect(await settledPasses()).toEqual([]);
});

test('`/clear` in a Claude whose record goes stale: followed once the agent goes on, and back again only told', async () => {
  const version = '2.1.123';
  const pid = await world.openSession('one-creator-claude');
  transcript(uuid(1), Date.now(), 'work', { version });
  liveRecord(pid, uuid(1), { version });
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', uuid(1))}`, 30);
  expect(await settledPasses()).toEqual([]);
  const at = Date.now() + 5_000;
  transcript(uuid(2), at, 'work', { version, ...cleared });
  expect(await settledPasses()).toEqual([]);
  liveRecord(pid, uuid(1), { version, updatedAt: at + 500 });
  await passesUntil('the second id', () => idOf('one-creator-claude') === uuid(2));
  expect(await settledPasses()).toEqual([]);
  transcript(uuid(1), at + 9_000, 'work', { version });
  expect(await settledPasses()).toEqual([]);
  expect(idOf('one-creator-claude')).toBe(uuid(2));
});

test('what visitors leave in the folder is never taken: neither over a record, nor where a dialog is open or a background session is shown', async () => {
  const agent = await world.openSession('one-creator-claude');
  await world.openSession('asks-creator-claude');
  await world.openSession('forks-creator-claude', { args: ['--resume', uuid(8), '--fork-session'] });
  const names = ['one', 'asks', 'forks'].map((name) => `${name}-creator-claude`);
  transcript(uuid(1));
  transcript(uuid(8), Date.now() - 60_000);
  liveRecord(agent, uuid(1), { version: '2.1.332' });
  world.writeRegistry(`sessions:\n${names.map((name) => entry(name, null)).join('')}`, 30);
  await passesUntil('its own id', () => idOf('one-creator-claude') === uuid(1));
  const version = '2.1.332';
  transcript(uuid(2), Date.now() + 3_000, 'work', { version, entrypoint: 'sdk-cli' });
  transcript(uuid(3), Date.now() + 3_000, 'work', { version, entrypoint: 'cli' });
  transcript(uuid(4), Date.now() + 3_000, 'work', { version, entrypoint: 'cli', ...cleared });
  transcript(uuid(5), Date.now() + 3_000, 'work', { version, entrypoint: 'cli', sessionKind: 'bg' });
  expect(await settledPasses()).toEqual([]);
  expect(names.map(idOf)).toEqual([uuid(1), 'null', 'null']);
});

test('an id in capitals is the same id', async () => {
  const id = 'abcdefab-1111-4111-8111-abcdefabcdef';
  const agent = await world.openSession('one-creator-claude');
  transcript(id);
  liveRecord(agent, id);
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', id.toUpperCase())}`, 30);
  expect(await settledPasses()).toEqual([]);
});

test('a nested `claude -p` is never the owner', async () => {
  const agent = await world.openSession('one-creator-claude', { env: { AGENT_NESTS: '1' } });
  const nested = await until('the nested one', () => childrenOf(agent)[0]);
  liveRecord(agent, uuid(1));
  transcript(uuid(1));
  transcript(uuid(2));
  liveRecord(nested, uuid(2), { entrypoint: 'sdk-cli' });
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', null)}`, 30);
  await passesUntil('an id', () => idOf('one-creator-claude') !== 'null');
  expect(idOf('one-creator-claude')).toBe(uuid(1));
});

test('the record of an earlier process of that pid proves nothing', async () => {
  const pid = await world.openSession('one-creator-claude');
  transcript(uuid(1), Date.now() - 60_000);
  liveRecord(pid, uuid(1), { procStart: '12345' });
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', null)}`, 30);
  expect(await settledPasses()).toEqual([]);
  expect(idOf('one-creator-claude')).toBe('null');
});

test('a transcript that moves to another project is the same conversation', async () => {
  const pid = await world.openSession('one-creator-claude');
  const path = transcript(uuid(1));
  liveRecord(pid, uuid(1));
  world.writeRegistry(`sessions:\n${entry('one-creator-claude', uuid(1))}`, 30);
  expect(await settledPasses()).toEqual([]);
  renameSync(path, join(world.folder('home/.claude/projects/-somewhere-else'), `${uuid(1)}.jsonl`));
  expect(await settledPasses()).toEqual([]);
  expect(idOf('one-creator-claude')).toBe(uuid(1));
});

test('Antigravity: the lock proves; a last_conversations.json that lies does not', async () => {
  const agy = 'home/.gemini/antigravity-cli';
  const lock = world.file(`${agy}/presence/${uuid(1)}.lock`, '');
  for (const id of [uuid(1), uuid(2), uuid(3)]) world.file(`${agy}/conversations/${id}.db`, 'SQLite');
  utimesSync(join(world.root, `${agy}/conversations/${uuid(2)}.db`), 1_700_000_000, 1_700_000_000);
  const elsewhere = world.folder('home/elsewhere');
  world.file(`${agy}/cache/last_conversations.json`, JSON.stringify({ [world.work]: uuid(1), [elsewhere]: uuid(2) }));
  await world.openSession('one-creator-agy', { agent: 'agy', env: { AGENT_LOCK: lock } });
  await world.openSession('two-creator-agy', { agent: 'agy' });
  await world.openSession('far-creator-agy', { agent: 'agy', cwd: elsewhere });
  const far = entry('far-creator-agy', null, 'agy').replace(world.work, elsewhere);
  world.writeRegistry(
    `sessions:\n${entry('one-creator-agy', null, 'agy')}${entry('two-creator-agy', null, 'agy')}${far}`,
    30,
  );
  const told = await settledPasses();
  expect(told.filter(({ kind }) => kind === 'session-id-materialized')).toMatchObject([
    { message: `one-creator-agy: session id materialized ${uuid(1)}` },
  ]);
  expect([idOf('one-creator-agy'), idOf('two-creator-agy'), idOf('far-creator-agy')]).toEqual([
    uuid(1),
    'null',
    'null',
  ]);
});

test('an agent that is left beside the closed pane of the entry gives it no id', async () => {
  const session = 'shop-creator-claude';
  const own = await world.openSession(session);
  for (const id of [uuid(1), uuid(2)]) transcript(id);
  liveRecord(own, uuid(1), { version: '2.1.332' });
  world.writeRegistry(`sessions:\n${entry(session, uuid(1))}`, 30);
  await settledPasses();
  const agent = `exec -a claude perl '${join(world.bin, 'agent.pl')}'`;
  const split = ['split-window', '-d', '-P', '-F', '#{pane_pid}', '-t', `=${session}:`, 'bash', '-c', agent];
  const visitor = Number(world.tmux(split));
  liveRecord(visitor, uuid(2), { version: '2.1.332' });
  world.tmux(['kill-pane', '-t', `=${session}:.0`]);
  const before = world.readRegistry();
  expect(await settledPasses()).toEqual([]);
  expect(await settledPasses()).toEqual([]);
  expect(world.readRegistry()).toBe(before);
  expect((await world.run(['explain', session])).stdout).toContain('its pane was closed');
});

test('the screen that is shown is that of the agent, in a window that was split and a session that was renamed', async () => {
  const session = 'shop-creator-claude';
  await world.openSession(session);
  world.writeRegistry(`sessions:\n  ${session}: { agent: claude, status: running }\n`, 30);
  await world.reconcile();
  world.tmux(['split-window', '-d', '-b', '-t', `=${session}:`, 'echo beside it; exec sleep 3600']);
  const showsTheAgent = async (): Promise<void> => {
    const { code, stdout } = await world.run(['explain', session, '--screen']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^screen /m) });
    expect(stdout).not.toMatch(/beside it|no pane/);
  };
  await showsTheAgent();
  world.tmux(['rename-session', '-t', `=${session}`, 'another-name']);
  await showsTheAgent();
});
