import fs, { appendFileSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { expect, test } from 'vitest';
import { makeClaudeReader } from '../../../src/agents/claude/claude-files.ts';
import { makeTranscriptIndex } from '../../../src/agents/claude/transcript-index.ts';
import { makeFileReads } from '../../../src/system/file-reads.ts';
import { claudeRoot, conversation, cwd, emptyAsk, ids, linesOf, project } from './claude-root.ts';
import { processLike } from '../../observe/scratch.ts';

const chunk = 64 * 1024;
const at = (time: string): number => Date.parse(`2026-07-01T${time}Z`);

/** Reads the transcripts of one folder, and returns what they say and how many bytes were read. */
async function told(reader: ReturnType<typeof makeClaudeReader>, folder = cwd) {
  const { seen, bytesRead } = await reader({ ...emptyAsk, processes: [processLike({ cwd: folder })] });
  if ('blind' in seen) throw new Error(seen.blind);
  return { transcripts: seen.known.transcripts.get(folder) ?? [], artifacts: seen.known.artifacts, bytesRead };
}

test('the first time and folder, whatever kinds of line stand around them', async () => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one);
  appendFileSync(path, 'not json\n[1]\n{"type":"user","timestamp":"2026-07-01T09:09:09Z","cw');
  const { transcripts, artifacts } = await told(makeClaudeReader({ roots: [claude.root] }));
  const { size, mtimeMs } = statSync(path);
  expect(transcripts).toEqual([
    {
      id: ids.one,
      path,
      root: claude.root,
      size,
      mtime: mtimeMs,
      bornAt: at('09:00:00'),
      cwd,
      version: null,
      entrypoint: null,
      isBackground: false,
      beginning: { kind: 'unknown' },
    },
  ]);
  expect(artifacts.get(ids.one)).toEqual({ path, size, mtime: mtimeMs });
});

test('a conversation that names its parent by no id is no branch', async () => {
  const claude = claudeRoot();
  const line = { cwd, timestamp: '2026-07-01T09:00:00Z', forkedFrom: { sessionId: '../x' } };
  claude.transcript(ids.one, [line]);
  const { transcripts } = await told(makeClaudeReader({ roots: [claude.root] }));
  expect(transcripts.map(({ beginning }) => beginning)).toEqual([{ kind: 'unknown' }]);
});

test('who wrote a conversation and how it began, by its first lines', async () => {
  const beginnings = {
    [ids.one]: [{ type: 'user', message: { content: '<command-name>/clear</command-name>' } }, { kind: 'clear' }],
    [ids.two]: [
      { type: 'user', forkedFrom: { sessionId: ids.one } },
      { kind: 'branch', parent: ids.one },
    ],
    [ids.three]: [{ type: 'user', message: { content: 'hello' } }, { kind: 'unknown' }],
  } as const;
  const claude = claudeRoot();
  const about = {
    cwd,
    timestamp: '2026-07-01T09:00:00Z',
    entrypoint: 'sdk-cli',
    version: '2.1.332',
    sessionKind: 'bg',
  };
  for (const [id, [line]] of Object.entries(beginnings)) {
    claude.transcript(id, [{ type: 'mode' }, { ...about, ...line }]);
  }
  const { transcripts } = await told(makeClaudeReader({ roots: [claude.root] }));
  expect(transcripts.map(({ id, beginning }) => [id, beginning])).toEqual(
    Object.entries(beginnings).map(([id, [, beginning]]) => [id, beginning]),
  );
  const written = { entrypoint: 'sdk-cli', version: '2.1.332', isBackground: true };
  expect(transcripts).toMatchObject([written, written, written]);
});

test('what is no conversation of that folder is left out', async () => {
  const claude = claudeRoot();
  const own = claude.transcript(ids.one);
  // `/a/b.c` and `/a/b-c` share a folder.
  claude.transcript(ids.two, conversation('/home/me/lab/landing-page'));
  claude.transcript(ids.three, [{ isSidechain: true, cwd, timestamp: '2026-07-01T09:00:00Z' }, ...conversation()]);
  claude.transcript('agent-a1b2c3d4');
  claude.transcript('44444444-4444-4444-8444-444444444444', [{ type: 'custom-title', title: 'only titles' }]);
  claude.put(`projects/${project}/sessions-index.json`, '{}');
  claude.put(`projects/${project}/memory/${ids.two}.jsonl`, linesOf(conversation()));
  const { transcripts } = await told(makeClaudeReader({ roots: [claude.root] }));
  expect(transcripts.map(({ path }) => path)).toEqual([own]);
});

test('a line with a folder and without a time is not born yet', async () => {
  const claude = claudeRoot();
  claude.transcript(ids.one, [{ type: 'mode', cwd }]);
  const { transcripts } = await told(makeClaudeReader({ roots: [claude.root] }));
  expect(transcripts).toMatchObject([{ bornAt: null, cwd }]);
});

test.each([
  ['/home/me/größe 🦀', '-home-me-gr--e---'],
  ['/home/me/A.b', '-home-me-A-b'],
  // Beyond 200 characters Claude cuts the name and adds a hash.
  [`/${'x'.repeat(250)}`, `-${'x'.repeat(199)}-1a2b3c`],
  [`/${'x'.repeat(199)}`, `-${'x'.repeat(199)}`],
])('the folder of %s', async (folder, name) => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one, conversation(folder), name);
  const { transcripts } = await told(makeClaudeReader({ roots: [claude.root] }), folder);
  expect(transcripts.map((one) => one.path)).toEqual([path]);
});

test('of a large file the first 64 KiB, and nothing when it grows', async () => {
  const claude = claudeRoot();
  const filler = `${JSON.stringify({ type: 'progress', text: 'x'.repeat(1000) })}\n`.repeat(5_000);
  const path = claude.put(`projects/${project}/${ids.one}.jsonl`, linesOf(conversation()) + filler);
  expect(statSync(path).size).toBeGreaterThan(5_000_000);
  const reader = makeClaudeReader({ roots: [claude.root] });
  const first = await told(reader);
  expect(first.bytesRead).toBe(chunk);
  expect(first.transcripts).toMatchObject([{ bornAt: at('09:00:00') }]);

  const again = await told(reader);
  expect(again).toEqual({ ...first, bytesRead: 0 });

  appendFileSync(path, linesOf([{ type: 'user', timestamp: '2026-07-01T11:00:00Z' }]));
  const grown = await told(reader);
  expect(grown.bytesRead).toBe(0);
  expect(grown.transcripts).toMatchObject([{ bornAt: at('09:00:00'), size: statSync(path).size }]);
});

test('a beginning that is not all there is read again until it is', async () => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one, [{ cwd, timestamp: '2026-07-01T09:00:00Z' }]);
  const reader = makeClaudeReader({ roots: [claude.root] });
  expect((await told(reader)).transcripts).toMatchObject([{ beginning: { kind: 'unknown' } }]);
  appendFileSync(path, linesOf([{ type: 'user', message: { content: '<command-name>/clear</command-name>' } }]));
  expect((await told(reader)).transcripts).toMatchObject([{ beginning: { kind: 'clear' } }]);
});

test('another file in its place, or another time, is read anew', async () => {
  const claude = claudeRoot();
  const reader = makeClaudeReader({ roots: [claude.root] });
  const path = claude.transcript(ids.one);
  await told(reader);
  const later = JSON.stringify(conversation()).replaceAll('09:0', '08:0');
  renameSync(claude.transcript(ids.two, JSON.parse(later)), path);
  expect((await told(reader)).transcripts).toMatchObject([{ id: ids.one, bornAt: at('08:00:00') }]);
  utimesSync(path, 1_782_900_000, 1_782_900_000);
  const touched = await told(reader);
  expect(touched.bytesRead).toBe(statSync(path).size);
  expect(touched.transcripts).toMatchObject([{ mtime: 1_782_900_000_000 }]);
});

test('a letter that the cut divides hurts nothing', async () => {
  const claude = claudeRoot();
  for (const shift of [0, 1, 2]) {
    const filler = `${'y'.repeat(shift)}${'工'.repeat(60_000)}\n`;
    claude.put(`projects/${project}/${ids.one}.jsonl`, linesOf(conversation()) + filler);
    const { transcripts } = await told(makeClaudeReader({ roots: [claude.root] }));
    expect(transcripts).toMatchObject([{ bornAt: at('09:00:00'), cwd }]);
  }
});

test('where no agent works nothing is read', async () => {
  const claude = claudeRoot();
  claude.transcript(ids.one);
  const { seen, bytesRead } = await makeClaudeReader({ roots: [claude.root] })({ ...emptyAsk, ids: [ids.one] });
  expect(bytesRead).toBe(0);
  expect(seen).toMatchObject({ known: { transcripts: new Map(), live: new Map() } });
});

const startedAt = Date.parse('2026-07-01T09:00:00Z');
const agentHere = processLike({ cwd, startedAt });

/** Makes a file as if it was written at that time. */
function changed(path: string, at: number): string {
  utimesSync(path, at / 1000, at / 1000);
  return path;
}

test('of a folder only what was changed since an agent started there is read, and what an entry records', async () => {
  const claude = claudeRoot();
  const [old, recorded, fresh] = [ids.one, ids.two, ids.three].map((id) => claude.transcript(id)) as [
    string,
    string,
    string,
  ];
  for (const path of [old, recorded]) changed(path, startedAt - 60_000);
  changed(fresh, startedAt - 500);
  const reader = makeClaudeReader({ roots: [claude.root] });
  const ask = { ...emptyAsk, recorded: [ids.two.toUpperCase()], processes: [agentHere] };
  const look = async () => {
    const { seen, bytesRead } = await reader(ask);
    if ('blind' in seen) throw new Error(seen.blind);
    return {
      paths: seen.known.transcripts
        .get(cwd)
        ?.map(({ path }) => path)
        .toSorted(),
      bytesRead,
    };
  };
  const first = await look();
  expect(first.paths).toEqual([recorded, fresh].toSorted());
  expect(first.bytesRead).toBe(statSync(recorded).size + statSync(fresh).size);
  expect(await look()).toEqual({ ...first, bytesRead: 0 });

  // An old transcript that grows again is seen, and so is a new one, whatever the folder's time says.
  appendFileSync(old, '\n');
  const later = claude.transcript('44444444-4444-4444-8444-444444444444');
  changed(claude.path('projects', project), startedAt - 60_000);
  expect((await look()).paths).toEqual([recorded, fresh, later].toSorted());
  renameSync(fresh, claude.path('projects', 'moved.jsonl'));
  expect((await look()).paths).toEqual([recorded, later].toSorted());
});

test('a folder of few transcripts is not compared with each of the recorded ids', () => {
  const claude = claudeRoot();
  const path = claude.transcript(ids.one);
  const index = makeTranscriptIndex()([claude.root], makeFileReads());
  const many = Array.from({ length: 1_000 }, (_, at) => `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000`);
  const recorded = new AskedOnly([ids.one, ...many]);
  expect(index.begunIn(cwd, { since: Infinity, ids: recorded })).toMatchObject([{ id: ids.one, path }]);
});

/** A set whose members are only asked for, one by one. */
class AskedOnly extends Set<string> {
  override [Symbol.iterator](): never {
    throw new Error('it was read as a whole');
  }
}

test('20,000 transcripts in one folder cost one `stat` each, and nothing while none is added', async () => {
  const claude = claudeRoot();
  mkdirSync(claude.path('projects', project));
  for (let at = 0; at < 20_000; at += 1) {
    const path = claude.path('projects', project, `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000.jsonl`);
    writeFileSync(path, '');
    changed(path, startedAt - 60_000);
  }
  changed(claude.path('projects', project), startedAt - 60_000);
  const ask = { ...emptyAsk, ids: [ids.one], recorded: [ids.one], processes: [agentHere] };
  const reader = makeClaudeReader({ roots: [claude.root] });
  const first = await fileCalls(() => reader(ask));
  expect(first.length).toBeGreaterThanOrEqual(20_000);
  expect(first.length).toBeLessThan(20_100);
  const list = `readdirSync ${claude.path('projects', project)}`;
  expect(first).toContain(list);
  const next = await fileCalls(() => reader(ask));
  expect(next.length).toBeLessThan(20);
  expect(next).not.toContain(list);
}, 60_000);

test.each(['in its folder', 'in another folder', 'nowhere'])(
  'the calls for each of 200 recorded ids in 200 folders stay few where its conversation is %s',
  async (where) => {
    const claude = claudeRoot();
    const recorded = Array.from({ length: 200 }, (_, number) => ({
      id: `${10_000_000 + number}-0000-4000-8000-000000000000`,
      folder: `/w/${number}`,
    }));
    for (const [number, { id }] of recorded.entries()) {
      const there = where === 'in its folder' ? number : (number + 1) % recorded.length;
      claude.transcript(where === 'nowhere' ? ids.one : id, conversation(), `-w-${there}`);
    }
    const ask = {
      ...emptyAsk,
      ids: recorded.map(({ id }) => id),
      folders: recorded.map(({ id, folder }) => ({ cwd: folder, root: null, ids: [id] })),
    };
    const reader = makeClaudeReader({ roots: [claude.root] });
    expect((await fileCalls(() => reader(ask))).length).toBeLessThan(10 * recorded.length);
  },
);

/** Returns what some work asks the file system for. */
async function fileCalls(work: () => unknown): Promise<readonly string[]> {
  const calls: string[] = [];
  const names = [
    'accessSync',
    'fstatSync',
    'lstatSync',
    'openSync',
    'readFileSync',
    'readdirSync',
    'statSync',
  ] as const;
  const real = names.map((name) => fs[name]);
  for (const [at, name] of names.entries()) {
    Object.assign(fs, {
      [name]: (...words: unknown[]) => {
        calls.push(`${name} ${String(words[0])}`);
        return Reflect.apply(real[at] ?? expect.unreachable(), fs, words);
      },
    });
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const [at, name] of names.entries()) Object.assign(fs, { [name]: real[at] });
    syncBuiltinESMExports();
  }
  return calls;
}
