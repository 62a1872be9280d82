import { expect, test } from 'vitest';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { EntryMemory } from '../../../src/core/model/memory.ts';
import type { Observation, PaneTree, Seen } from '../../../src/core/model/observation.ts';
import { lineOf, resumeOf as answerOf, sessionCommand as sessionAnswer } from '../../../src/core/resume/resume.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  agyLook,
  anEntry,
  anObservation,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  trees,
  type Shown,
  idsOf,
} from '../world.ts';
import { socketAt } from '../../named.ts';

const resumeOf = (one: Entry, look: Observation) => lineOf(answerOf(one, null, look));
const sessionCommand = (one: Entry, look: Observation, socket: string) =>
  lineOf(sessionAnswer(one, null, look, socket));

const id = '87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63';
const shown: Shown = {
  claude: claudeLook({ artifacts: new Map([[id, { path: `/t/${id}.jsonl`, size: 1, mtime: 0 }]]) }),
  folders: new Map(["/home/me/it's #S", '/home/me/my shop', '/w'].map((path) => [path, true])),
};
const observation = anObservation(shown);
const entry = anEntry('shop #(touch x)', {
  cwd: "/home/me/it's #S",
  ids: idsOf({ own: undefined, claude: id, agy: undefined }),
});

test('a conversation goes on by one line for a shell, or by one that makes its tmux session again', () => {
  expect(resumeOf(entry, observation)).toBe(`cd '/home/me/it'\\''s #S' && claude --resume ${id}`);
  expect(sessionCommand(entry, observation, '/tmp/tmux-1000/default')).toBe(
    `tmux -L default new-session -d -s 'shop ##(touch x)' -c '/home/me/it'\\''s ##S' sh -c 'trap : INT; claude --resume ${id}; exec "\${SHELL:-/bin/sh}"'`,
  );
  expect(sessionCommand(entry, observation, '/tmp/tmux-1000/far away')).toBe(
    `mkdir -p -m 700 /tmp/tmux-1000 && tmux -S '/tmp/tmux-1000/far away' new-session -d -s 'shop ##(touch x)' -c '/home/me/it'\\''s ##S' sh -c 'trap : INT; claude --resume ${id}; exec "\${SHELL:-/bin/sh}"'`,
  );
});

test('a `#` is doubled for tmux, except before a `[`, where tmux leaves it as it is', () => {
  const nameFor = (session: string): string | undefined =>
    / -s (.*?) -c /.exec(sessionCommand({ ...entry, session }, observation, '/tmp/tmux-1000/default') ?? '')?.[1];
  const same = ['p#[b', 'p##[c', 'p###[d', '#['];
  expect(same.map(nameFor)).toEqual(same.map((name) => `'${name}'`));
  expect(['p#b', 'p##{c', 'p###', 'p#[fg=#S]##[#'].map(nameFor)).toEqual([
    "'p##b'",
    "'p####{c'",
    "'p######'",
    "'p#[fg=##S]##[##'",
  ]);
});

test('a socket whose path or folder ends with a line break has no line, because no POSIX shell can be given it', () => {
  for (const socket of ['/tmp/s\n', '/tmp/s\n/default'])
    expect(sessionAnswer(entry, null, observation, socket)).toEqual({
      kind: 'sentence',
      sentence: 'The path of its tmux socket, or its folder, ends with a line break, which no line can give to tmux.',
    });
  expect(sessionCommand(entry, observation, '/tmp/s\nx/default')).toContain('tmux -S "$(printf');
});

test('a folder that begins with the home as people write it is told whole', () => {
  for (const cwd of ['~/my shop', '$HOME/my shop', '${HOME}/my shop']) {
    expect(resumeOf({ ...entry, cwd }, observation)).toBe(`cd '/home/me/my shop' && claude --resume ${id}`);
  }
});

test('a conversation in another folder of Claude is looked for there', () => {
  const root = { exists: true, keepsRecords: true, cleanupDays: 30 };
  const roots = ['/home/me/.claude', "/srv/it's claude"].map((path) => ({ path, ...root }));
  const claude = (folder: string) =>
    claudeLook({
      roots,
      artifacts: new Map([[id, { path: `${folder}/projects/p/${id}.jsonl`, size: 1, mtime: 0 }]]),
    });
  const resume = (folder: string) =>
    resumeOf({ ...entry, cwd: '/w' }, anObservation({ ...shown, claude: claude(folder) }));
  expect(resume('/home/me/.claude')).toBe(`cd /w && claude --resume ${id}`);
  expect(resume("/srv/it's claude")).toBe(`cd /w && CLAUDE_CONFIG_DIR='/srv/it'\\''s claude' claude --resume ${id}`);
});

test('without its transcript, or if it cannot be looked for, there is no conversation to go on with', () => {
  for (const claude of [claudeLook(), { blind: 'no permission', cure: 'chmod' }]) {
    expect(answerOf(entry, null, anObservation({ claude }))).toBeNull();
    expect(sessionAnswer(entry, null, anObservation({ claude }), null)).toBeNull();
  }
});

const seenBefore: EntryMemory = {
  workspace: null,
  textHash: '',
  textSince: 0,
  bootId: null,
  seen: null,
  agent: null,
  shellSince: null,
  formerVisibleStatus: null,
};

const next = '0e2bf8bc-cb6a-4fcc-8679-9a84a97ec668';
const file = (one: string) => [one, { path: `/t/${one}.jsonl`, size: 1, mtime: 0 }] as const;
const files = new Map([file(id), file(next)]);

/** Returns what is told of the entry, whose folder is `/w`. */
function said(change: Shown, fields: Partial<Entry> = {}, memory: EntryMemory | null = null): string | null {
  const answer = answerOf({ ...entry, cwd: '/w', ...fields }, memory, anObservation({ ...shown, ...change }));
  return answer?.kind === 'line' ? answer.line : (answer?.sentence ?? null);
}

test('it goes into the folder to which the conversation belongs, if there is such a folder', () => {
  const ends = new Map([[id, { cwd: '/w/shop', continuedIn: null }]]);
  const claude = claudeLook({ artifacts: files, ends });
  expect(said({ claude, folders: new Map([['/w/shop', true]]) })).toBe(`cd /w/shop && claude --resume ${id}`);
  const gone = new Map([['/w', true] as const, ['/w/shop', false] as const]);
  expect(said({ claude, folders: gone })).toBe('The folder of its conversation is gone: /w/shop.');
  expect(said({ claude })).toBe('The folder of its conversation cannot be seen: /w/shop.');
});

test('a conversation that another process runs is not begun twice: it is said where, and how to get there', () => {
  const run = (fields: Parameters<typeof claudeLive>[2], change: Shown = {}) =>
    said({ ...change, claude: claudeLook({ artifacts: files, foreign: new Map([[7, claudeLive(7, id, fields)]]) }) });
  const attach = 'Its conversation goes on in the background; attach with: claude attach 0e2bf8bc';
  expect(run({ kind: 'bg', jobId: '0e2bf8bc' })).toBe(attach);
  expect(run({ kind: 'bg', path: '/home/me/.claude/sessions/7.json' })).toBe(
    'Its conversation goes on in the background (pid 7).',
  );
  expect(run({})).toBe('Its conversation goes on in another terminal (pid 7).');
  const there = { panes: trees(aTree(aProcess(5), { descendants: [aProcess(7)] })) };
  const sockets = new Map([[defaultSocket, listed([aSession("it's", { panes: [aPane(5)] })])]]);
  const leads = "attach with: tmux attach-session -t '=it'\\''s'";
  expect(run({}, { ...there, sockets })).toBe(`Its conversation goes on in the tmux session it's; ${leads}`);
  const far = new Map([[socketAt('/s/far'), listed([aSession('x', { panes: [aPane(5)] })])]]);
  // Its record names the pane whose processes were not read; with two such panes neither is certain.
  const pane = { tmux: { windowId: '@5', paneId: '%5' } };
  expect(run(pane, { sockets: far })).toContain('in the tmux session x;');
  expect(run(pane, { sockets: new Map([...far, ...sockets]) })).toContain('in another terminal (pid 7)');
  expect(run({}, { ...there, sockets: far })).toContain("tmux -S /s/far attach-session -t '=x'");
});

test('all entries that do not run together ask the agents in the panes once: at 1,000 sessions it took a second', () => {
  let asked = 0;
  class Counted extends Map<number, Seen<PaneTree>> {
    override values() {
      asked += 1;
      return super.values();
    }
  }
  const look = anObservation({ ...shown, panes: new Counted(trees(aTree(aProcess(5)))) });
  asked = 0;
  for (let index = 0; index < 100; index += 1) resumeOf({ ...entry, session: `gone-${index}`, cwd: '/w' }, look);
  expect(asked).toBe(1);
});

test('a Claude that was started with the id and has no record yet runs it; one whose record names another does not', () => {
  const agent = aProcess(7, { argv: ['claude', '--resume', id.toUpperCase()] });
  const panes = trees(aTree(agent));
  const claude = claudeLook({ artifacts: files });
  expect(said({ claude, panes })).toBe('Its conversation goes on in another terminal (pid 7).');
  const live = new Map([[7, claudeLive(7, 'another')]]);
  expect(said({ claude: claudeLook({ artifacts: files, live }), panes })).toBe(`cd /w && claude --resume ${id}`);
});

test('a conversation that moved to the background goes on there, and after its end from what was said there', () => {
  const ends = new Map([
    [id, { cwd: '/w', continuedIn: next }],
    [next, { cwd: '/w/sub', continuedIn: null }],
  ]);
  const folders = new Map(['/w', '/w/sub'].map((path) => [path, true] as const));
  const job = claudeLive(9, next, { kind: 'bg', jobId: '0e2bf8bc' });
  const after = (look: Parameters<typeof claudeLook>[0]) =>
    said({ claude: claudeLook({ artifacts: files, ends, ...look }), folders });
  const background = 'Its conversation goes on in the background; attach with: claude attach 0e2bf8bc';
  expect(after({ foreign: new Map([[9, job]]) })).toBe(background);
  // `/clear` was typed there: the background job goes on under its name.
  expect(after({ foreign: new Map([[9, { ...job, sessionId: 'cleared' }]]) })).toBe(background);
  expect(after({})).toBe(`cd /w/sub && claude --resume ${next}`);
  expect(after({ artifacts: new Map([file(id), [next, null]]) })).toBe(`cd /w && claude --resume ${id}`);
  const loop = new Map([...ends, [next, { cwd: '/w', continuedIn: id }] as const]);
  expect(after({ ends: loop })).toBe(`cd /w && claude --resume ${next}`);
});

test('where its lines do not say that it moved to the background, a look that saw it there does', () => {
  const memory = { movedOn: { from: id.toUpperCase(), to: next } };
  const ends = new Map([[next, { cwd: '/w', continuedIn: null }]]);
  const job = claudeLive(9, next, { kind: 'bg', jobId: '0e2bf8bc' });
  const after = (look: Parameters<typeof claudeLook>[0], of: Partial<EntryMemory> = memory) =>
    said({ claude: claudeLook({ artifacts: files, ends, ...look }) }, {}, { ...seenBefore, ...of });
  expect(after({ foreign: new Map([[9, job]]) })).toBe(
    'Its conversation goes on in the background; attach with: claude attach 0e2bf8bc',
  );
  expect(after({})).toBe(`cd /w && claude --resume ${next}`);
  expect(after({}, { movedOn: { from: 'another', to: next } })).toBe(`cd /w && claude --resume ${id}`);
});

test('where it could lie, or who runs it, cannot be seen, that is said', () => {
  const closed = (hides: object) => ({ path: '/closed', reason: 'may not be read (EACCES)', cure: 'chmod', hides });
  const folder = [closed({ kind: 'conversations', id: null })] as never;
  const claude = claudeLook({ artifacts: new Map(), unreadable: folder });
  expect(said({ claude })).toBe('Its conversation could lie in /closed, which may not be read (EACCES).');
  const records = [closed({ kind: 'records', pid: null })] as never;
  expect(said({ claude: claudeLook({ artifacts: files, unreadable: records }) })).toMatch(
    /^Whether its conversation goes on elsewhere is not known: \/closed/,
  );
});

test('an id goes on under the name of its file, whatever case the entry has', () => {
  const ids = idsOf({ own: id.toUpperCase() });
  expect(said({ claude: claudeLook({ artifacts: files }) }, { ids })).toBe(`cd /w && claude --resume ${id}`);
});

test('an agy that holds the lock runs it; without one it is resumed', () => {
  const artifacts = new Map([[id, { path: `/c/${id}.db`, size: 1, mtime: 0 }]]);
  const fields = { agent: 'agy', ids: idsOf({ agy: id }) } as const;
  expect(said({ agy: agyLook({ artifacts }) }, fields)).toBe(`cd /w && agy --conversation ${id}`);
  const presence = new Map([[id, [7]]]);
  expect(said({ agy: agyLook({ artifacts, presence }) }, fields)).toBe(
    'Its conversation goes on in another terminal (pid 7).',
  );
});
