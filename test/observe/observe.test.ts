import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import type { Agent } from '../../src/core/model/entry.ts';
import { noEvidence, type AgentEvidence } from '../../src/core/model/evidence.ts';
import type { Observation, Seen } from '../../src/core/model/observation.ts';
import type { Need } from '../../src/core/plan/need.ts';
import { makeObserve, type ObserveOptions } from '../../src/observe/make-observe.ts';
import { readText } from '../../src/system/if-readable.ts';
import { childrenOf, isAlive, kill, until } from '../e2e/private-world.ts';
import { ids } from '../agents/claude/claude-root.ts';
import { privateTmux } from './private-tmux.ts';
import { put, scratchFolder, start } from './scratch.ts';
import { socketAt } from '../named.ts';
import { never } from '../never.ts';

const at = 1_782_896_430_000;

function needOf(change: Partial<Need> = {}): Need {
  return {
    sockets: [null],
    socketWords: [],
    otherSockets: false,
    userServers: false,
    serverPids: [],
    sessions: new Set(),
    registerPattern: /^(?<workspace>.+)-creator-(?<agent>claude|agy)$/u,
    panePids: [],
    recordedIds: [],
    resumable: [],
    jobIds: [],
    agents: new Map(),
    ...change,
  };
}

function needing(ids: Readonly<Record<Agent, readonly string[]>>): Need['agents'] {
  return new Map(Object.entries(ids).map(([name, wanted]) => [name, { ids: wanted, roots: [], folders: [] }]));
}

function shown({ evidence }: Observation): Readonly<Record<string, Seen<AgentEvidence>>> {
  return Object.fromEntries(evidence);
}

const place = { id: 'machine-1', borrowed: null };

function observer(tmpdir: string, change: Partial<ObserveOptions> = {}) {
  const files = scratchFolder();
  const agentFolders = { claude: [join(files, '.claude')], agy: [join(files, 'antigravity-cli')] };
  const jobs = { dir: join(files, 'jobs'), map: { topic: '', fields: {}, states: {} } };
  const fixed = { sockets: null, deadlineMs: 60_000, host: hostname(), home: files, now: () => at, place };
  return makeObserve({ tmpdir, agentFolders, jobs, stateDir: join(files, 'state'), ...fixed, ...change });
}

/** Returns what each socket said, by its name, and what the observation cost. */
async function said(observe: ReturnType<typeof observer>, need: Partial<Need> = {}) {
  const { observation, cost } = await observe(needOf(need), never);
  const sockets = [...observation.sockets].map(([path, seen]) => [
    path.split('/').at(-1),
    'blind' in seen ? 'blind' : (seen.known.server?.sessions.map(({ name }) => name) ?? null),
  ]);
  return { sockets: Object.fromEntries(sockets), spawns: cost.spawns };
}

/** Returns the words of a process; none, if it has ended. */
function wordsOf(pid: number): readonly string[] {
  return (readText(`/proc/${pid}/cmdline`) ?? '').split('\0');
}

test('without need only the default socket is asked, and no file read', async () => {
  const tmux = privateTmux();
  const { observation, cost } = await observer(tmux.tmpdir)(needOf({ socketWords: ['other'] }), never);
  const { sockets, socketPaths, boot, ...rest } = observation;
  expect(rest).toEqual({
    at,
    host: hostname(),
    place,
    home: expect.any(String),
    foundSockets: new Set(),
    unreachable: [],
    servers: new Map(),
    panes: new Map(),
    agentProcesses: new Map(),
    evidence: new Map(agentFacts.map(({ name }) => [name, { known: noEvidence }])),
    jobs: new Map(),
    folders: new Map(),
  });
  expect([...sockets]).toEqual([
    [tmux.socketPath('default'), { known: { server: null, hidden: [], said: expect.any(String) } }],
  ]);
  expect([...socketPaths]).toEqual([
    [null, tmux.socketPath('default')],
    ['other', tmux.socketPath('other')],
  ]);
  expect(boot).toMatchObject({ known: { id: expect.any(String) } });
  expect(cost).toEqual({ spawns: 1, bytesRead: 0 });
});

test('one client a living socket, named twice or not; the others only when needed', async () => {
  const tmux = privateTmux();
  for (const name of ['default', 'one', 'two']) for (const part of ['a', 'b']) tmux.open(name, `${name}-${part}`);
  const observe = observer(tmux.tmpdir);
  expect(await said(observe)).toEqual({ sockets: { default: ['default-a', 'default-b'] }, spawns: 1 });

  symlinkSync(join(tmux.socketPath('one'), '..'), join(tmux.work, 'link'));
  const spellings = ['one', tmux.socketPath('one'), join(tmux.work, 'link/one'), null, 'default'];
  expect(await said(observe, { sockets: spellings })).toEqual({
    sockets: { default: ['default-a', 'default-b'], one: ['one-a', 'one-b'] },
    spawns: 2,
  });
  expect(await said(observe, { otherSockets: true })).toEqual({
    sockets: { default: ['default-a', 'default-b'], one: ['one-a', 'one-b'], two: ['two-a', 'two-b'] },
    spawns: 3,
  });
  // Configured sockets take the place of the user's own.
  const configured = observer(tmux.tmpdir, { sockets: ['two'] });
  expect(await said(configured, { otherSockets: true })).toEqual({
    sockets: { default: ['default-a', 'default-b'], two: ['two-a', 'two-b'] },
    spawns: 2,
  });
});

test('for what servers left behind no client is started; one that hangs blinds itself alone', async () => {
  const tmux = privateTmux();
  tmux.open('default', 'alive');
  const dead = [1, 2, 3].map((number) => tmux.open(`dead-${number}`, 'gone').server);
  const hung = tmux.open('hung', 'stopped').server;
  for (const server of dead) kill(server, 'SIGKILL');
  await until('their end', () => !dead.some(isAlive));
  kill(hung, 'SIGSTOP');
  // The deadline comes once the living server has answered, however long that takes.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const deadlineMs = 3_600_000;
  const saying = said(observer(tmux.tmpdir, { deadlineMs }), { otherSockets: true });
  const asks = (name: string): boolean =>
    childrenOf(process.pid).some((pid) => wordsOf(pid).includes(tmux.socketPath(name)));
  await until('the living server alone to answer', () => asks('hung') && !asks('default'));
  // What it said is in the pipe by now, and is read.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(deadlineMs + 1_000);
  expect(await saying).toEqual({
    sockets: { default: ['alive'], 'dead-1': null, 'dead-2': null, 'dead-3': null, hung: 'blind' },
    spawns: 2,
  });
});

test('the trees of panes that an entry has or should have, and of remembered ones', async () => {
  const tmux = privateTmux();
  const known = tmux.open('default', 'known').pane;
  const second = Number(
    tmux.run('default', 'split-window', '-t', '=known:', '-d', '-P', '-F', '#{pane_pid}', 'sleep 3600'),
  );
  const creator = tmux.open('default', 'shop-creator-claude').pane;
  tmux.open('default', 'somebody-elses');
  const dead = tmux.open('default', 'blog-creator-agy').pane;
  tmux.run('default', 'set-option', '-w', '-t', '=blog-creator-agy:', 'remain-on-exit', 'on');
  kill(dead, 'SIGKILL');
  await until('the dead pane', () => tmux.run('default', 'list-panes', '-a', '-F', '#{pane_dead}').includes('1'));
  const remembered = await start('sleep', ['3600']);

  const need = needOf({ sessions: new Set(['known', 'kno']), panePids: [remembered, known, 4_194_400] });
  const { observation } = await observer(tmux.tmpdir)(need, never);
  const roots = [...observation.panes].map(([pid, seen]) => [pid, 'known' in seen && seen.known.root?.pid]);
  const expected = [known, second, creator, remembered].map((pid) => [pid, pid]);
  expect(roots.toSorted()).toEqual([...expected, [4_194_400, undefined]].toSorted());
});

test('a socket word that names no path for certain is not asked, and says so', async () => {
  const tmux = privateTmux();
  const word = '~bob/agents.sock';
  const { observation } = await observer(tmux.tmpdir)(needOf({ sockets: [word], socketWords: [word] }), never);
  expect(observation.socketPaths.get(word)).toBe(word);
  expect(observation.sockets.get(socketAt(word))).toEqual({
    blind: `tmux_socket ${word} is no path that can be followed`,
    cure: 'write its absolute path, or begin it with ~/',
  });
});

test('the sources that an entry needs, by its agent or by its id', async () => {
  const tmux = privateTmux();
  const files = scratchFolder();
  const claude = put(join(files, `.claude/projects/-home-me/${ids.one}.jsonl`), '{}\n');
  const agy = put(join(files, `agy/conversations/${ids.two}.db`), '');
  const observe = observer(tmux.tmpdir, {
    agentFolders: { claude: [join(files, '.claude')], agy: [join(files, 'agy')] },
  });
  const { observation } = await observe(needOf({ agents: needing({ claude: [ids.one], agy: [ids.two] }) }), never);
  expect(shown(observation)).toMatchObject({
    claude: { known: { artifacts: new Map([[ids.one, expect.objectContaining({ path: claude })]]) } },
    agy: { known: { artifacts: new Map([[ids.two, expect.objectContaining({ path: agy })]]) } },
  });
  const byAgent = await observe(needOf({ agents: needing({ claude: [], agy: [] }) }), never);
  expect(shown(byAgent.observation)).toMatchObject({
    claude: { known: { folders: [{ exists: true }], artifacts: new Map() } },
    agy: { known: { folders: [{ exists: true }], artifacts: new Map() } },
  });
});

test('the folder of an entry is found as people write it: its settings rule the clean-up', async () => {
  const tmux = privateTmux();
  const home = scratchFolder();
  const path = put(join(home, 'shop/.claude/settings.json'), '{"cleanupPeriodDays": 7}');
  const observe = observer(tmux.tmpdir, { home, agentFolders: { claude: [join(home, '.claude')] } });
  const folders = [{ cwd: '~/shop', root: null, ids: [] }];
  const agents = new Map([['claude', { ids: [], roots: [], folders }] as const]);
  const { observation } = await observe(needOf({ agents }), never);
  expect(shown(observation)['claude']).toMatchObject({ known: { folders: [{ cleanup: { days: 7, setBy: path } }] } });
});

test('the sources of an agent that lives without an entry', async () => {
  const tmux = privateTmux();
  const files = scratchFolder();
  put(join(files, `agy/conversations/${ids.two}.db`), '');
  const { pane } = tmux.open('default', 'shop-creator-agy', ['bash', '-c', 'exec -a agy "$@"', 'bash']);
  await until('the agent', () => readFileSync(`/proc/${pane}/cmdline`, 'utf8').startsWith('agy\0'));
  const observe = observer(tmux.tmpdir, { agentFolders: { agy: [join(files, 'agy')] } });
  const { observation } = await observe(needOf(), never);
  expect(shown(observation)).toMatchObject({
    claude: { known: { folders: [] } },
    agy: { known: { folders: [{ exists: true }] } },
  });
  expect(observation.agentProcesses.get(pane)).toMatchObject({ agent: 'agy', isByName: true, mode: 'interactive' });
});

test('a source that fails is blind, and the others see', async () => {
  const tmux = privateTmux();
  tmux.open('default', 'shop');
  const files = scratchFolder();
  for (const name of ['projects', 'agy']) symlinkSync(name, join(files, name));
  const options = { agentFolders: { claude: [files], agy: [join(files, 'agy')] } };
  const need = needOf({ agents: needing({ claude: [ids.one], agy: [ids.two] }) });
  const { observation } = await observer(tmux.tmpdir, options)(need, never);
  expect([...observation.sockets.values()]).toMatchObject([{ known: { said: 'complete list of 1 session' } }]);
  expect(shown(observation)['claude']).toMatchObject({
    known: { unreadable: [{ hides: { kind: 'conversations', id: null } }] },
  });
  expect(shown(observation)['agy']).toMatchObject({ blind: expect.stringContaining('leads back to itself') });
});

test('the panes of a server that is not among the processes that can be seen from here are not judged by their numbers', async () => {
  const folder = scratchFolder();
  const program = join(folder, 'tmux');
  const tab = '\t';
  const script = `#!/bin/sh
mark=\${8%%${tab}*}
printf '%s${tab}$0${tab}1${tab}@0${tab}%%0${tab}1${tab}0${tab}shop-creator-claude${tab}%s${tab}claude${tab}%s${tab}/${tab}%s${tab}title\\n' $mark $mark $mark $mark
printf '%s-end${tab}4194400${tab}1${tab}3.3a\\n' $mark
`;
  writeFileSync(program, script, { mode: 0o755 });
  mkdirSync(join(folder, 'tmux-dir'));
  const observe = observer(join(folder, 'tmux-dir'), { tmuxProgram: program });
  const { observation } = await observe(needOf(), never);
  const socket = observation.socketPaths.get(null) ?? socketAt('');
  expect(observation.sockets.get(socket)).toMatchObject({ known: { server: { pid: 4_194_400, start: '' } } });
  expect([...observation.panes]).toEqual([
    [
      1,
      {
        blind: `the tmux server of ${socket} is not among the processes that can be seen from here`,
        cure: 'run it where that server runs (the same container, the same user)',
      },
    ],
  ]);
});

test('a look that is broken off tells so, and throws nothing', async () => {
  const tmux = privateTmux();
  tmux.open('default', 'shop');
  const { observation } = await observer(tmux.tmpdir)(needOf(), AbortSignal.abort());
  expect([...observation.sockets.values()]).toEqual([{ blind: 'the observation was ended', cure: 'look again' }]);
});
