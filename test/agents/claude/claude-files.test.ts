import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Process } from '../../../src/core/model/observation.ts';
import { makeClaudeReader } from '../../../src/agents/claude/claude-files.ts';
import { claudeRoot, conversation, cwd, emptyAsk, ids, project } from './claude-root.ts';
import { asNobody, pipeAt, processLike, put, scratchFolder, socketAt } from '../../observe/scratch.ts';

type Reader = ReturnType<typeof makeClaudeReader>;

/** Processes outside the panes, by pid. */
type Starts = Readonly<Record<number, string>>;

async function lookOf(
  reader: Reader,
  wanted: readonly string[],
  processes: readonly Process[] = [],
  starts: Starts = {},
) {
  const { seen } = await reader({ ...emptyAsk, ids: wanted, recorded: wanted, processes, startOf: startOf(starts) });
  if ('blind' in seen) throw new Error(seen.blind);
  return seen.known;
}

function startOf(starts: Starts = {}) {
  return (pid: number) => Promise.resolve(starts[pid] ?? null);
}

async function found(reader: Reader, ...wanted: string[]) {
  const { artifacts } = await lookOf(reader, wanted);
  return wanted.map((id) => artifacts.get(id)?.path ?? null);
}

test('a conversation is found by its id, in whatever folder, with its size and time', async () => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one, conversation(), '-some-other-folder');
  const { artifacts } = await lookOf(makeClaudeReader({ roots: [claude.root] }), [ids.one, ids.two]);
  const { size, mtimeMs } = statSync(path);
  expect([...artifacts]).toEqual([
    [ids.one, { path, size, mtime: mtimeMs }],
    [ids.two, null],
  ]);
});

test('one that moves to another folder, or another root, is found again; one that goes is gone', async () => {
  const claude = claudeRoot();
  const other = claudeRoot();
  const reader = makeClaudeReader({ roots: [claude.root, other.root] });
  const first = claude.transcript(ids.one);
  expect(await found(reader, ids.one)).toEqual([first]);
  mkdirSync(claude.path('projects/-worktree'));
  const second = claude.path('projects/-worktree', `${ids.one}.jsonl`);
  renameSync(first, second);
  expect(await found(reader, ids.one)).toEqual([second]);
  const third = other.transcript(ids.one);
  rmSync(second);
  expect(await found(reader, ids.one)).toEqual([third]);
  rmSync(third);
  expect(await found(reader, ids.one)).toEqual([null]);
});

test('only a file at that very depth is a conversation', async () => {
  const claude = claudeRoot();
  claude.put(`projects/${project}/${ids.two}/subagents/${ids.one}.jsonl`, '{}\n');
  claude.put(`projects/${ids.one}.jsonl`, '{}\n');
  claude.put(`${ids.one}.jsonl`, '{}\n');
  expect(await found(makeClaudeReader({ roots: [claude.root] }), ids.one, ids.two)).toEqual([null, null]);
});

test('a stray file among the project folders hides nothing', async () => {
  const claude = claudeRoot();
  claude.put('projects/.DS_Store', '');
  claude.put('projects/zz-notes.txt', '');
  const path = claude.transcript(ids.one);
  expect(await found(makeClaudeReader({ roots: [claude.root] }), ids.one, ids.two)).toEqual([path, null]);
});

test('a word that can be no file name is not there, and leads nowhere else', async () => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one);
  claude.put('secret.jsonl', '{}\n');
  const words = ['../../secret', `${project}/${ids.one}`, 'a\0b', 'x'.repeat(300), '', '..'];
  const expected = [...words.map(() => null), path];
  expect(await found(makeClaudeReader({ roots: [claude.root] }), ...words, ids.one)).toEqual(expected);
});

test('a root that is not there, or is no folder, is empty; each tells its clean-up', async () => {
  const days = async (settings: string | null) => {
    const claude = claudeRoot();
    if (settings !== null) claude.put('settings.json', settings);
    return (await lookOf(makeClaudeReader({ roots: [claude.root] }), [])).roots.map((one) => one.cleanupDays);
  };
  expect(await days('{"cleanupPeriodDays": 90}')).toEqual([90]);
  for (const settings of [
    null,
    '{"cleanupPeriodDays": 0}',
    '{"cleanupPeriodDays": "9"}',
    '{"cleanupPer',
    '[]',
    'null',
  ]) {
    expect(await days(settings)).toEqual([30]);
  }
  const missing = join(scratchFolder(), 'missing');
  const file = put(join(scratchFolder(), 'file'), '');
  const empty = scratchFolder();
  expect((await lookOf(makeClaudeReader({ roots: [missing, file, empty] }), [ids.one])).roots).toEqual([
    { path: missing, exists: false, keepsRecords: false, cleanupDays: 30 },
    { path: file, exists: false, keepsRecords: false, cleanupDays: 30 },
    { path: empty, exists: true, keepsRecords: false, cleanupDays: 30 },
  ]);
});

test('the settings of the folder where a Claude runs, or an entry expects one, rule the clean-up of its root', async () => {
  const claude = claudeRoot();
  claude.put('settings.json', '{"cleanupPeriodDays": 90}');
  const folder = scratchFolder();
  const path = put(join(folder, '.claude/settings.json'), '{"cleanupPeriodDays": 7}');
  const ruled = [{ path: claude.root, exists: true, keepsRecords: false, cleanupDays: 7, cleanupSetBy: path }];
  const running = processLike({ cwd: folder, folders: { CLAUDE_CONFIG_DIR: claude.root } });
  expect((await lookOf(makeClaudeReader({ roots: [] }), [], [running])).roots).toEqual(ruled);
  const { seen } = await makeClaudeReader({ roots: [claude.root] })({
    ...emptyAsk,
    folders: [{ cwd: folder, root: null, ids: [] }],
  });
  expect(seen).toMatchObject({ known: { roots: ruled } });
});

test('projects that cannot be read hide every conversation, and nothing else', async () => {
  const looped = claudeRoot();
  rmSync(looped.path('projects'), { recursive: true });
  symlinkSync('projects', looped.path('projects'));
  looped.live(4_242, { procStart: '1000' });
  const look = await lookOf(makeClaudeReader({ roots: [looped.root] }), [ids.two], [agent]);
  expect([look.live.size, look.artifacts.size, look.roots.map(({ exists }) => exists)]).toEqual([1, 0, [true]]);
  const path = looped.path('projects');
  const reason = 'is a link that leads back to itself';
  const hides = { kind: 'conversations', id: null };
  expect(look.unreadable).toEqual([{ path, hides, reason, cure: `remove the link ${path}` }]);

  const closed = claudeRoot();
  closed.transcript(ids.one);
  chmodSync(closed.path('projects'), 0);
  chmodSync(join(closed.root, '..'), 0o755);
  const { artifacts, unreadable } = await asNobody(() => lookOf(makeClaudeReader({ roots: [closed.root] }), [ids.one]));
  expect([...artifacts]).toEqual([]);
  expect(unreadable).toMatchObject([{ path: closed.path('projects'), reason: 'may not be read (EACCES)', hides }]);
});

test('one project folder that cannot be read hides only what is found nowhere else', async () => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one);
  claude.transcript(ids.two, conversation(), '-root-x');
  chmodSync(claude.path('projects/-root-x'), 0);
  symlinkSync('/nowhere/disk', claude.path('projects/-away'));
  chmodSync(join(claude.root, '..'), 0o755);
  const reader = makeClaudeReader({ roots: [claude.root] });
  const look = await asNobody(() => lookOf(reader, [ids.one, ids.two, ids.three], [processLike({ cwd })]));
  expect([...look.artifacts].map(([id, artifact]) => [id, artifact?.path])).toEqual([[ids.one, path]]);
  expect(look.transcripts.get(cwd)).toMatchObject([{ id: ids.one }]);
  const hides = { kind: 'conversations', id: null };
  expect(look.unreadable.toSorted((one, other) => (one.path < other.path ? -1 : 1))).toMatchObject([
    { path: claude.path('projects/-away'), hides, reason: 'is a link to what is not there' },
    { path: claude.path('projects/-root-x'), hides, reason: 'may not be read (EACCES)' },
  ]);
});

test('of a folder that its own agent cannot list the transcripts are not known', async () => {
  const claude = claudeRoot();
  claude.transcript(ids.one);
  chmodSync(claude.path('projects', project), 0o100);
  chmodSync(join(claude.root, '..'), 0o755);
  const look = await asNobody(() =>
    lookOf(makeClaudeReader({ roots: [claude.root] }), [], [processLike({ cwd }), processLike({ cwd: '/other' })]),
  );
  expect([...look.transcripts]).toEqual([['/other', []]]);
});

const inItsPlace: readonly (readonly [string, (path: string) => void, string])[] = [
  ['a pipe', pipeAt, 'is no regular file'],
  ['a socket', socketAt, 'is no regular file'],
  ['a folder', (path) => mkdirSync(path), 'is no regular file'],
  ['a link to itself', (path) => symlinkSync(path, path), 'is a link that leads back to itself'],
  ['a link to a disk that is away', (path) => symlinkSync('/nowhere/x', path), 'is a link to what is not there'],
  ['a device', (path) => symlinkSync('/dev/null', path), 'is no regular file'],
];

test.each([
  ['a pipe', pipeAt],
  ['a file', (path: string) => writeFileSync(path, '')],
])(
  '%s in the place of the folder of all transcripts hides them, and a stray one inside hides nothing',
  async (_, make) => {
    const claude = claudeRoot();
    const path = claude.transcript(ids.one);
    make(claude.path('projects/stray'));
    const reader = makeClaudeReader({ roots: [claude.root] });
    const before = await lookOf(reader, [ids.one, ids.two]);
    expect([...before.artifacts].map(([id, artifact]) => [id, artifact?.path])).toEqual([
      [ids.one, path],
      [ids.two, undefined],
    ]);
    rmSync(claude.path('projects'), { recursive: true });
    make(claude.path('projects'));
    const look = await lookOf(reader, [ids.one, ids.two]);
    expect([...look.artifacts]).toEqual([]);
    expect(look.unreadable).toMatchObject([
      { path: claude.path('projects'), reason: 'is no folder', hides: { kind: 'conversations', id: null } },
    ]);
  },
);

test.each(inItsPlace)('%s among the transcripts hides that conversation alone', async (_, make, reason) => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one);
  const bad = claude.path('projects', project, `${ids.two}.jsonl`);
  make(bad);
  const look = await lookOf(
    makeClaudeReader({ roots: [claude.root] }),
    [ids.one, ids.two, ids.three],
    [processLike({ cwd, startedAt: 0 })],
  );
  expect([...look.artifacts].map(([id, artifact]) => [id, artifact?.path])).toEqual([
    [ids.one, path],
    [ids.three, undefined],
  ]);
  expect(look.transcripts.get(cwd)).toMatchObject([{ id: ids.one }]);
  expect(look.unreadable).toMatchObject([{ path: bad, reason, hides: { kind: 'conversations', id: ids.two } }]);
});

test.each(inItsPlace)('%s among the records hides what that process runs', async (_, make, reason) => {
  const claude = claudeRoot();
  claude.live(4_242, { procStart: '1000' });
  const bad = claude.path('sessions/77.json');
  make(bad);
  const reader = makeClaudeReader({ roots: [claude.root] });
  const look = await lookOf(reader, [], [agent], { 77: '2000' });
  expect([...look.live.keys()]).toEqual([4_242]);
  expect(look.unreadable).toMatchObject([{ path: bad, reason, hides: { kind: 'records', pid: 77 } }]);
  // Killed processes leave their records, by the thousand after a while: none of them is looked at.
  const ended = await lookOf(reader, [], [agent]);
  expect([...ended.live.keys()]).toEqual([4_242]);
  expect(ended.unreadable).toEqual([]);
});

test('a copy that can be read counts before one that cannot', async () => {
  const claude = claudeRoot();
  pipeAt(put(claude.path('projects/-a/x'), '').replace(/x$/, `${ids.one}.jsonl`));
  const path = claude.transcript(ids.one, conversation(), '-b');
  expect(await found(makeClaudeReader({ roots: [claude.root] }), ids.one)).toEqual([path]);
});

test('an id is found in whatever case', async () => {
  const claude = claudeRoot();
  const [small, large] = ['abcdef01-0000-4000-8000-00000000abcd', 'ABCDEF02-0000-4000-8000-00000000ABCD'];
  const paths = [claude.transcript(small), claude.transcript(large)];
  const { artifacts } = await lookOf(makeClaudeReader({ roots: [claude.root] }), [
    small.toUpperCase(),
    large.toLowerCase(),
  ]);
  expect([...artifacts].map(([id, artifact]) => [id, artifact?.path])).toEqual([
    [small, paths[0]],
    [large.toLowerCase(), paths[1]],
  ]);
});

test("an agent's own root is looked at too, by its environment or its home", async () => {
  const [configured, own, home] = [claudeRoot(), claudeRoot(), claudeRoot()];
  const path = own.transcript(ids.one);
  const agents = [
    processLike({ pid: 1, folders: { CLAUDE_CONFIG_DIR: own.root }, home: '/not/asked' }),
    processLike({ pid: 2, home: join(home.root, '..') }),
    processLike({ pid: 3, argv: ['vim'], exe: '/usr/bin/vim', folders: { CLAUDE_CONFIG_DIR: '/not/an/agent' } }),
    processLike({ pid: 4 }),
  ];
  const look = await lookOf(makeClaudeReader({ roots: [configured.root] }), [ids.one], agents);
  expect(look.roots.map((one) => one.path)).toEqual([configured.root, own.root, home.root]);
  expect(look.artifacts.get(ids.one)?.path).toBe(path);
});

test('the folder of an agent that has ended is looked at too; where it cannot be read it is left out', async () => {
  const [configured, former, closed] = [claudeRoot(), claudeRoot(), scratchFolder()];
  const path = former.transcript(ids.one);
  symlinkSync('projects', join(closed, 'projects'));
  const roots = [former.root, closed, join(closed, 'missing'), configured.root];
  const ask = { ...emptyAsk, ids: [ids.one], roots };
  const { seen } = await makeClaudeReader({ roots: [configured.root] })(ask);
  expect('known' in seen && seen.known.roots.map((one) => one.path)).toEqual([configured.root, former.root]);
  expect('known' in seen && seen.known.artifacts.get(ids.one)?.path).toBe(path);
});

const startedAt = 1_782_900_000_000;
const agent = processLike({ pid: 4_242, start: '1000', startedAt, cwd });

async function liveOf(claude: ReturnType<typeof claudeRoot>, ...processes: Process[]) {
  return [...(await lookOf(makeClaudeReader({ roots: [claude.root] }), [], processes)).live.values()];
}

test('the record of a living agent, with the file of its conversation', async () => {
  const claude = claudeRoot();
  const fields = {
    procStart: '1000',
    cwd,
    startedAt,
    version: '2.1.288',
    kind: 'interactive',
    entrypoint: 'cli',
    status: 'waiting',
    waitingFor: 'permission prompt',
    statusUpdatedAt: startedAt + 4,
    updatedAt: startedAt + 5,
    parkedJobId: 'c0ffee',
    jobId: null,
  };
  const path = claude.live(4_242, { ...fields, tmux: 'a:@1.%2:@3.%4', name: 'x' });
  const transcript = claude.transcript(ids.one, conversation(), '-moved');
  const look = await lookOf(makeClaudeReader({ roots: [claude.root] }), [], [agent]);
  expect([...look.live]).toEqual([
    [4_242, { pid: 4_242, sessionId: ids.one, ...fields, tmux: { windowId: '@3', paneId: '%4' }, path }],
  ]);
  expect(look.artifacts.get(ids.one)?.path).toBe(transcript);
});

test('without a conversation yet its id has no file', async () => {
  const claude = claudeRoot();
  claude.live(4_242, { procStart: '1000' });
  const { artifacts } = await lookOf(makeClaudeReader({ roots: [claude.root] }), [], [agent]);
  expect([...artifacts]).toEqual([[ids.one, null]]);
});

test.each([
  ['of an earlier process of that pid', { procStart: '999', startedAt }],
  ['of an old version, from another time', { startedAt: startedAt - 60_000 }],
  ['without any time', {}],
  ['of another pid', { pid: 7, procStart: '1000' }],
  ['without an id', { procStart: '1000', sessionId: 7 }],
  ['with an id of another form', { procStart: '1000', sessionId: '--continue' }],
])('a record %s is none', async (_, fields) => {
  const claude = claudeRoot();
  claude.live(4_242, fields);
  expect(await liveOf(claude, agent)).toEqual([]);
});

test('a record of an old version counts by its time; a status that is not known by none', async () => {
  const claude = claudeRoot();
  claude.live(4_242, { startedAt: startedAt + 2_000, status: 'dreaming' });
  expect(await liveOf(claude, agent)).toMatchObject([{ sessionId: ids.one, procStart: null, status: null }]);
});

test('a record that is half written is none, and the next root is asked', async () => {
  const [broken, whole] = [claudeRoot(), claudeRoot()];
  broken.put('sessions/4242.json', '{"pid":4242,"sess');
  const path = whole.live(4_242, { procStart: '1000' });
  const look = await lookOf(makeClaudeReader({ roots: [broken.root, whole.root] }), [], [agent]);
  expect(look.live.get(4_242)?.path).toBe(path);
});

test('keys and whatever else stands beside the records is not opened', async () => {
  const claude = claudeRoot();
  claude.live(4_242, { procStart: '1000' });
  claude.transcript(ids.one);
  const secrets = [
    'sessions/4242.key',
    'sessions/4242.json.key',
    '.credentials.json',
    `projects/${project}/secret.key`,
  ];
  for (const secret of secrets) pipeAt(claude.path(secret));
  expect(await liveOf(claude, agent)).toHaveLength(1);
});

test('records of living processes outside the panes are theirs; that of a killed one is of no process', async () => {
  const claude = claudeRoot();
  claude.live(4_242, { procStart: '1000' });
  claude.live(5, { procStart: '77', sessionId: ids.two });
  claude.live(6, { procStart: '77', sessionId: ids.three });
  claude.live(7, { sessionId: ids.three });
  claude.live(8, { procStart: '77' });
  claude.live(9, { pid: 5 });
  const starts = { 5: '77', 6: '78', 7: '79', 9: '80' };
  const look = await lookOf(makeClaudeReader({ roots: [claude.root] }), [], [agent], starts);
  expect([...look.live.keys()]).toEqual([4_242]);
  expect([...look.foreign.values()].map(({ pid, sessionId }) => [pid, sessionId])).toEqual([
    [5, ids.two],
    [7, ids.three],
  ]);
  expect([...look.artifacts.keys()]).toEqual([ids.one]);
});

test.each([
  ['2.1.120', [cwd]],
  ['2.1.125', [cwd]],
  ['2.1.332', []],
  [undefined, []],
])('a record by %s: the transcripts of its folder are read unless it is kept true', async (version, read) => {
  const claude = claudeRoot();
  // A process is an agent by its record too, whatever its program is called.
  const wrapped = { ...agent, argv: ['some-wrapper'], exe: '/opt/some-wrapper' };
  claude.live(4_242, { procStart: '1000', version });
  claude.transcript(ids.one);
  const look = await lookOf(makeClaudeReader({ roots: [claude.root] }), [], [wrapped]);
  expect([[...look.live.keys()], [...look.transcripts.keys()]]).toEqual([[4_242], read]);
  expect(look.artifacts.get(ids.one)).not.toBeNull();
});

test('one agent whose record tells nothing has the transcripts of its folder read, also beside one that does', async () => {
  const claude = claudeRoot();
  claude.live(4_242, { procStart: '1000', version: '2.1.332' });
  claude.transcript(ids.two);
  const silent = { ...agent, pid: 4_243, start: '1001' };
  const look = await lookOf(makeClaudeReader({ roots: [claude.root] }), [], [agent, silent]);
  expect(look.transcripts.get(cwd)?.map(({ id }) => id)).toEqual([ids.two]);
});

test('a record is read again only when it has changed', async () => {
  const claude = claudeRoot();
  const second = startedAt / 1000;
  const path = claude.live(4_242, { procStart: '1000', status: 'idle' });
  utimesSync(path, second, second);
  const reader = makeClaudeReader({ roots: [claude.root] });
  const statusNow = async () => (await lookOf(reader, [], [agent])).live.get(4_242)?.status;
  expect(await statusNow()).toBe('idle');
  writeFileSync(path, readFileSync(path, 'utf8').replace('idle', 'busy'));
  utimesSync(path, second, second);
  expect(await statusNow()).toBe('idle');
  claude.live(4_242, { procStart: '1000', status: 'waiting' });
  expect(await statusNow()).toBe('waiting');
  rmSync(path);
  expect(await statusNow()).toBeUndefined();
});
