import { appendFileSync, chmodSync, rmSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeEndReader } from '../../../src/agents/claude/conversation-end.ts';
import { makeClaudeReader } from '../../../src/agents/claude/claude-files.ts';
import { claudeRoot, emptyAsk, ids, linesOf } from './claude-root.ts';
import { asNobody, pipeAt, processLike } from '../../observe/scratch.ts';

// The lines as Claude Code 2.1.332 writes them, without the fields that are not read.
const at = '2026-07-01T09:00:00.000Z';
const said = (cwd: string) => ({ type: 'user', cwd, sessionId: ids.one, timestamp: at, version: '2.1.332' });
const metadata = [
  { type: 'last-prompt', lastPrompt: 'hello', leafUuid: 'x', sessionId: ids.one },
  { type: 'mode', mode: 'normal', sessionId: ids.one },
];
const relocated = (cwd: string) => ({ type: 'relocated', sessionId: ids.one, relocatedCwd: cwd });
const worktree = (worktreePath: string | null) => ({
  type: 'worktree-state',
  worktreeSession: worktreePath === null ? null : { originalCwd: '/w/repo', worktreePath, sessionId: ids.one },
  sessionId: ids.one,
});
const continued = { type: 'continued-in', timestamp: at, sessionId: ids.one, continuedInSessionId: ids.two };
const cost = { type: 'cost-state', sessionId: ids.one, totalCostUSD: 0.1 };

function endOf(folder: string, lines: readonly object[]) {
  const claude = claudeRoot();
  return makeEndReader().read(claude.transcript(ids.one, lines, folder));
}

test.each([
  ['a conversation that stayed where it began', '-w-shop', [said('/w/shop')], '/w/shop'],
  ['after /cd', '-w-blog', [said('/w/shop'), ...metadata, relocated('/w/blog')], '/w/blog'],
  ['after /cd, and more', '-w-blog', [said('/w/shop'), relocated('/w/blog'), said('/w/blog')], '/w/blog'],
  [
    'in a worktree',
    '-w-repo--claude-worktrees-x',
    [worktree('/w/repo/.claude/worktrees/x'), ...metadata],
    '/w/repo/.claude/worktrees/x',
  ],
  [
    'back from a worktree',
    '-w-repo',
    [
      said('/w/repo'),
      relocated('/w/repo/.claude/worktrees/x'),
      worktree('/w/repo/.claude/worktrees/x'),
      said('/w/repo/.claude/worktrees/x'),
      relocated('/w/repo'),
      worktree(null),
    ],
    '/w/repo',
  ],
  // A line's `cwd` is where the agent's shell is.
  ['after a cd in its shell', '-w-repo', [said('/w/repo'), said('/w/repo/sub/deeper')], '/w/repo'],
  ['after a cd in its shell long ago', '-w-repo', [said('/w/repo/sub')], '/w/repo'],
  ['after a cd in its shell to somewhere else', '-w-repo', [said('/w/repo'), said('/tmp')], '/w/repo'],
  ['in a folder of another name', '-moved', [said('/w/shop'), said('/w/blog')], '/w/blog'],
  ['of metadata alone', '-w-shop', metadata, null],
])('the folder of %s', (_, folder, lines, cwd) => {
  expect(endOf(folder, lines)).toEqual({ cwd, continuedIn: null });
});

test('of a long name only the beginning is compared', () => {
  const long = `/${'x'.repeat(250)}`;
  expect(endOf(`-${'x'.repeat(199)}-1a2b3c`, [said(long), said('/tmp')])?.cwd).toBe(long);
});

test('its folder is found at its beginning where the end is far away', () => {
  const filler = Array.from({ length: 200 }, () => ({ ...said('/tmp'), text: 'x'.repeat(1_000) }));
  expect(endOf('-w-shop', [said('/w/shop'), ...filler])?.cwd).toBe('/w/shop');
});

test('a conversation that was moved to the background goes on there, until something is said in it again', () => {
  const lines = [said('/w/shop'), cost, continued];
  expect(endOf('-w-shop', lines)).toEqual({ cwd: '/w/shop', continuedIn: ids.two });
  expect(endOf('-w-shop', [...lines, ...metadata, cost])?.continuedIn).toBe(ids.two);
  expect(endOf('-w-shop', [...lines, said('/w/shop')])?.continuedIn).toBeNull();
  expect(endOf('-w-shop', [cost, { ...continued, continuedInSessionId: '--continue' }])?.continuedIn).toBeNull();
});

test('it is read again only when it has changed; what is no file, or closed, has no end', async () => {
  const claude = claudeRoot();
  const reader = makeEndReader();
  const path = claude.transcript(ids.one, [said('/w/shop')], '-w-shop');
  expect(reader.read(path)?.continuedIn).toBeNull();
  const bytes = reader.bytesRead();
  expect(bytes).toBe(statSync(path).size);
  reader.read(path);
  expect(reader.bytesRead()).toBe(bytes);
  appendFileSync(path, linesOf([continued]));
  expect(reader.read(path)?.continuedIn).toBe(ids.two);
  chmodSync(path, 0);
  expect(await asNobody(() => makeEndReader().read(path))).toBeNull();
  rmSync(path);
  pipeAt(path);
  expect(reader.read(path)).toBeNull();
});

test('only of what may have to be resumed, and with the file of what it goes on in', async () => {
  const claude = claudeRoot();
  claude.transcript(ids.one, [said('/w/shop'), continued], '-w-shop');
  claude.transcript(ids.two, [said('/w/shop')], '-w-shop');
  claude.transcript(ids.three, [said('/w/blog')], '-w-blog');
  claude.live(4_242, { procStart: '1000', sessionId: ids.three });
  const wanted = [ids.one, ids.three];
  const ask = { ...emptyAsk, ids: wanted, recorded: wanted, processes: [processLike()] };
  const look = async (resumable: readonly string[] = []) => {
    const reader = makeClaudeReader({ roots: [claude.root] });
    const { seen } = await reader({ ...ask, resumable });
    if ('blind' in seen) throw new Error(seen.blind);
    return seen.known;
  };
  expect((await look()).ends.size).toBe(0);
  const { ends, artifacts } = await look([ids.one, ids.three]);
  expect([...ends]).toEqual([
    [ids.one, { cwd: '/w/shop', continuedIn: ids.two }],
    [ids.two, { cwd: '/w/shop', continuedIn: null }],
  ]);
  expect(artifacts.get(ids.two)).toMatchObject({ path: claude.path('projects/-w-shop', `${ids.two}.jsonl`) });
});
