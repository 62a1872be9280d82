import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmdirSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgyObservation } from '../../../src/agents/agy/observation.ts';
import type { Process } from '../../../src/core/model/observation.ts';
import { makeAgyReader } from '../../../src/agents/agy/agy-files.ts';
import { childrenOf, kill, until } from '../../e2e/private-world.ts';
import { ids } from '../claude/claude-root.ts';
import {
  asNobody,
  endsWithTest,
  pipeAt,
  processLike,
  put,
  scratchFolder,
  start,
  written,
} from '../../observe/scratch.ts';

function agyRoot() {
  const root = join(scratchFolder(), 'antigravity-cli');
  for (const folder of ['presence', 'conversations']) mkdirSync(join(root, folder), { recursive: true });
  return {
    root,
    put: (path: string, text = ''): string => put(join(root, path), text),
    lock: (id: string): string => put(join(root, 'presence', `${id}.lock`), ''),
    look: (wanted: readonly string[] = [], processes: readonly Process[] = [agy()]) => lookOf(root, wanted, processes),
  };
}

async function lookOf(root: string, wanted: readonly string[], processes: readonly Process[]): Promise<AgyObservation> {
  const { seen } = await makeAgyReader({ root })({ ids: wanted, processes });
  if ('blind' in seen) throw new Error(seen.blind);
  return seen.known;
}

function agy(pid = 4_194_400): Process {
  return processLike({ pid, argv: ['agy'], exe: '/usr/local/bin/agy' });
}

const holds = `
  use Fcntl ':flock';
  open(my $file, '>>', $ARGV[0]) or die; flock($file, LOCK_EX) or die;
  open(my $said, '>', $ARGV[1]) or die; print $said 'held'; close $said;
  sleep 3600;
`;

/** Starts a process that holds a lock, as a living agy does. */
async function holderOf(lock: string): Promise<number> {
  const said = join(scratchFolder(), 'said');
  const pid = await start('perl', ['-e', holds, lock, said], { argv0: 'agy' });
  await written(said);
  return pid;
}

test('who holds the lock of a conversation, by the kernel', async () => {
  const root = agyRoot();
  const one = await holderOf(root.lock(ids.one));
  const two = await holderOf(root.lock(ids.two));
  root.lock(ids.three);
  root.put('presence/notes.txt');
  const { presence, artifacts } = await root.look([], [agy(one)]);
  expect([...presence].toSorted()).toEqual([
    [ids.one, [one]],
    [ids.two, [two]],
  ]);
  expect([...artifacts].toSorted()).toEqual([
    [ids.one, null],
    [ids.two, null],
  ]);
});

test('a lock file that was left behind is held by no process, and taken by none', async () => {
  const root = agyRoot();
  const lock = root.lock(ids.one);
  const holder = await holderOf(lock);
  kill(holder, 'SIGKILL');
  await until('the lock to be free', async () => (await root.look()).presence.size === 0);
  execFileSync('flock', ['-n', lock, 'true']);
});

test('who waits for a lock does not hold it', async () => {
  const root = agyRoot();
  const lock = root.lock(ids.one);
  const holder = await holderOf(lock);
  const waiter = await start('perl', ['-e', holds, lock, '/dev/null'], { argv0: 'agy' });
  await until('the waiter to wait', async () => {
    const locks = readFileSync('/proc/locks', 'utf8');
    return new RegExp(`-> FLOCK .* ${waiter} `).test(locks);
  });
  const { presence } = await root.look([], [agy(holder), agy(waiter)]);
  expect([...presence]).toEqual([[ids.one, [holder]]]);
});

test('two who share one lock are both told', async () => {
  const root = agyRoot();
  const lock = root.lock(ids.one);
  const said = join(scratchFolder(), 'said');
  const script = holds.replace('sleep', 'if (!fork) { sleep 3600; exit } sleep');
  const parent = await start('perl', ['-e', script, lock, said]);
  await written(said);
  const child = await until('the child', () => childrenOf(parent)[0]);
  endsWithTest(child);
  const { presence } = await root.look([], [agy(parent), agy(child)]);
  expect(presence.get(ids.one)?.toSorted()).toEqual([parent, child].toSorted());
});

test('a lock that a program took for its shell, and that is gone, is held by the shell', async () => {
  const root = agyRoot();
  const lock = root.lock(ids.one);
  const said = join(scratchFolder(), 'said');
  const script = 'exec 9>"$1"; flock 9; echo held > "$2"; while :; do read -t 3600 _ < "$3"; done';
  const pipe = pipeAt(join(scratchFolder(), 'pipe'));
  const shell = await start('bash', ['-c', `exec 8<>"$3"; ${script}`, 'agy', lock, said, pipe]);
  await written(said);
  expect([...(await root.look([], [agy(shell)])).presence]).toEqual([[ids.one, [shell]]]);
  // Only the panes count: the kernel's list of locks names a process that has ended.
  expect((await root.look()).presence.size).toBe(0);
});

test('processes of others in a pane do not blind', async () => {
  const root = agyRoot();
  const holder = await holderOf(root.lock(ids.one));
  chmodSync(join(root.root, '..'), 0o755);
  const processes = [agy(holder), processLike({ pid: 1, argv: ['sudo'], exe: null })];
  const { seen } = await asNobody(() => makeAgyReader({ root: root.root })({ ids: [], processes }));
  expect(seen).toMatchObject({ known: { exists: true } });
});

test('the file of a conversation, old store or new, with the time of what was written beside it', async () => {
  const root = agyRoot();
  const db = root.put(`conversations/${ids.one}.db`, 'SQLite');
  const wal = root.put(`conversations/${ids.one}.db-wal`, 'newer');
  root.put(`conversations/${ids.one}.pb`, 'older');
  const pb = root.put(`conversations/${ids.two}.pb`, 'encrypted');
  utimesSync(db, 1_782_900_000, 1_782_900_000);
  utimesSync(wal, 1_782_900_060, 1_782_900_060);
  const words = ['../cache/last', 'a\0b', 'x'.repeat(300)];
  const { artifacts } = await root.look([ids.one, ids.two, ids.three, ...words], []);
  expect([...artifacts]).toEqual([
    [ids.one, { path: db, size: 6, mtime: 1_782_900_060_000 }],
    [ids.two, { path: pb, size: 9, mtime: statSync(pb).mtimeMs }],
    ...[ids.three, ...words].map((word) => [word.toLowerCase(), null]),
  ]);
});

test('without a living agy only the files that were asked for are looked for', async () => {
  const root = agyRoot();
  await holderOf(root.lock(ids.two));
  const look = await root.look([ids.one], [processLike()]);
  expect(look).toEqual({
    root: root.root,
    exists: true,
    presence: new Map(),
    artifacts: new Map([[ids.one, null]]),
    unreadable: [],
  });
});

test('a root that is not there is empty; one that is no folder, or cannot be read, is blindness', async () => {
  const root = join(scratchFolder(), 'missing');
  expect(await lookOf(root, [ids.one], [agy()])).toEqual({
    exists: false,
    presence: new Map(),
    root,
    artifacts: new Map([[ids.one, null]]),
    unreadable: [],
  });
  const file = put(join(scratchFolder(), 'file'), '');
  const inItsPlace = await makeAgyReader({ root: file })({ ids: [ids.one], processes: [] });
  expect(inItsPlace.seen).toMatchObject({ blind: `${file} is no folder` });
  const loop = join(scratchFolder(), 'loop');
  symlinkSync('loop', loop);
  expect(await makeAgyReader({ root: loop })({ ids: [ids.one], processes: [] })).toEqual({
    seen: {
      blind: `${loop} is a link that leads back to itself`,
      cure: `remove the link ${loop}, or name another folder in agy.root`,
    },
    bytesRead: 0,
  });
  const closed = agyRoot();
  closed.put(`conversations/${ids.one}.db`);
  chmodSync(closed.root, 0);
  const { seen } = await asNobody(() => makeAgyReader({ root: closed.root })({ ids: [ids.one], processes: [] }));
  expect(seen).toMatchObject({ blind: `${closed.root} may not be read (EACCES)` });
});

test('what is no regular file, or lies in a closed folder, leaves only its own conversation unknown', async () => {
  const root = agyRoot();
  const pipe = join(root.root, 'conversations', `${ids.one}.db`);
  const there = root.put(`conversations/${ids.two}.db`);
  pipeAt(pipe);
  const look = await root.look([ids.one, ids.two, ids.three]);
  expect([...look.artifacts]).toEqual([
    [ids.two, expect.objectContaining({ path: there })],
    [ids.three, null],
  ]);
  const hides = { kind: 'conversations', id: ids.one };
  expect(look.unreadable).toEqual([{ path: pipe, hides, reason: 'is no regular file', cure: `move ${pipe} away` }]);

  chmodSync(join(root.root, 'conversations'), 0);
  chmodSync(join(root.root, '..'), 0o755);
  const closed = await asNobody(() => root.look([ids.one, ids.two]));
  expect([...closed.artifacts]).toEqual([]);
  expect(closed.unreadable).toMatchObject([{ hides: { kind: 'conversations', id: null } }]);
});

test('something else in the place of a folder is no empty folder: what lay there is unknown', async () => {
  const root = agyRoot();
  const conversations = join(root.root, 'conversations');
  rmdirSync(conversations);
  pipeAt(conversations);
  const look = await root.look([ids.one]);
  expect([...look.artifacts]).toEqual([]);
  expect(look.unreadable).toMatchObject([
    { path: conversations, reason: 'is no folder', hides: { kind: 'conversations', id: null } },
  ]);
});

test('conversations that another version keeps in another way are unknown', async () => {
  const root = agyRoot();
  const other = root.put(`conversations/${ids.one}.sqlite`);
  // Left behind by a database that was removed.
  root.put(`conversations/${ids.two}.db-wal`);
  const look = await root.look([ids.one, ids.two]);
  expect([...look.artifacts]).toEqual([[ids.two, null]]);
  expect(look.unreadable).toMatchObject([
    { path: other, reason: 'is not kept as known versions keep it', hides: { kind: 'conversations', id: ids.one } },
  ]);
  const bare = agyRoot();
  const conversations = join(bare.root, 'conversations');
  rmdirSync(conversations);
  expect(await bare.look([])).toMatchObject({ artifacts: new Map(), unreadable: [] });
  const blind = await bare.look([ids.one]);
  expect([...blind.artifacts]).toEqual([]);
  expect(blind.unreadable).toMatchObject([{ path: conversations, hides: { kind: 'conversations', id: null } }]);
});

test('a presence folder that cannot be read says nothing of any process, and hides no file', async () => {
  const root = agyRoot();
  await holderOf(root.lock(ids.one));
  const there = root.put(`conversations/${ids.two}.db`);
  chmodSync(join(root.root, 'presence'), 0);
  chmodSync(join(root.root, '..'), 0o755);
  const look = await asNobody(() => root.look([ids.two]));
  expect(look.artifacts.get(ids.two)?.path).toBe(there);
  expect(look.unreadable).toMatchObject([
    { hides: { kind: 'records', pid: null }, reason: 'may not be read (EACCES)' },
  ]);
});

test('an id is found in whatever case', async () => {
  const root = agyRoot();
  const path = root.put('conversations/abcdef01-0000-4000-8000-00000000abcd.db');
  const look = await root.look(['ABCDEF01-0000-4000-8000-00000000ABCD']);
  expect([...look.artifacts]).toMatchObject([['abcdef01-0000-4000-8000-00000000abcd', { path }]]);
});

test('logs, tokens and databases are not opened', async () => {
  const root = agyRoot();
  await holderOf(root.lock(ids.one));
  for (const folder of ['log', 'cache']) mkdirSync(join(root.root, folder));
  const closed = [
    'log/cli-1.log',
    'antigravity-oauth-token',
    `conversations/${ids.one}.db`,
    'conversation_summaries.db',
  ];
  for (const path of [...closed, `conversations/${ids.one}.db-wal`]) pipeAt(join(root.root, path));
  expect((await root.look([ids.one])).presence.size).toBe(1);
});
