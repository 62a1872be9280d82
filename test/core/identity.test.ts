import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/entry.ts';
import type { Rung } from '../../src/core/identity/rung.ts';
import type { LastLook } from '../../src/core/memory.ts';
import type { ClaudeLook, Observation, Process } from '../../src/core/observation.ts';
import { claudeRootOf } from '../../src/core/agent/claude-process.ts';
import { need } from '../../src/core/need.ts';
import { plan } from '../../src/core/make-plan.ts';
import type { Plan } from '../../src/core/plan.ts';
import {
  aPane,
  aProcess,
  aRegistry,
  aSession,
  aTranscript,
  aTree,
  aWorld,
  anEntry,
  agyLook,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  longAgo,
  now,
  settings,
  trees,
  type World,
} from './world.ts';

const uuid = (digit: number): string => `${digit}0000000-0000-4000-8000-00000000000${digit}`;
const [idA, idB, idC] = [uuid(1), uuid(2), uuid(3)];
const folder = '/home/me/lab';
const agentA = aProcess(1001);
const agentB = aProcess(1002);

/** `idA` rests, `idB` was born later and grew last. */
const both = [aTranscript(idA), aTranscript(idB, { mtime: now - 1000, lastAt: now - 1000 })];

function records(id: string): Entry['ids'] {
  return { own: id, claude: undefined, agy: undefined };
}

function liveRecord(process: Process, sessionId: string): ClaudeLook['live'] {
  const path = `/home/me/.claude/sessions/${process.pid}.json`;
  const { pid, cwd, startedAt, start: procStart } = process;
  return new Map([[pid, claudeLive(pid, sessionId, { cwd, startedAt, procStart, status: 'idle', path })]]);
}

function inSessions(agents: Readonly<Record<string, Process>>): Pick<Observation, 'sockets' | 'panes'> {
  const sessions = Object.entries(agents).map(([name, { pid }], index) =>
    aSession(name, { id: `$${index}`, panes: [aPane(pid)] }),
  );
  return {
    sockets: new Map([[defaultSocket, listed(sessions)]]),
    panes: trees(...Object.values(agents).map((process) => aTree(process))),
  };
}

/** A folder in which these agents live, each in the session of its letter. */
function planned(
  entries: readonly Entry[],
  agents: Readonly<Record<string, Process>>,
  claude: Partial<ClaudeLook> = {},
  more: Partial<World> = {},
): Plan {
  const transcripts = claude.transcripts?.get(folder) ?? both;
  return plan(
    aWorld({
      entries: entries.map((one) => ({ ...one, pane: null })),
      observation: {
        ...inSessions(agents),
        claude: claudeLook({
          transcripts: new Map([[folder, transcripts]]),
          artifacts: new Map(transcripts.map((one) => [one.id, one])),
          ...claude,
        }),
      },
      looksAgain: 1,
      ...more,
    }),
  );
}

/** The ids that are written, a line each. */
function written(...world: Parameters<typeof planned>): readonly string[] {
  return planned(...world)
    .drifts.flatMap((drift) => drift.edits)
    .flatMap((edit) =>
      edit.op === 'set' && /session_id|conversation_id/.test(edit.path.join('.'))
        ? [`${edit.entry.session} ${String(edit.to)}`]
        : [],
    );
}

test("an agent that rests is not taken for one whose conversation grew in the same folder, whatever became of its entry's session", () => {
  const a = anEntry('a', { ids: records(idA) });
  const live = liveRecord(agentA, idA);
  const b = anEntry('b', { ids: records(idB) });
  expect(written([a, b], { a: agentA, b: agentB }, { live })).toEqual([]);
  expect(written([a, b], { a: agentA }, { live })).toEqual([]);
  expect(written([a, { ...b, status: 'terminated' }], { a: agentA }, { live })).toEqual([]);
  expect(written([a, { ...b, ignore: true }], { a: agentA }, { live })).toEqual([]);
  const held = { ...b, ids: records(idC), lineage: [{ id: idB, until: null, reason: null }] };
  expect(written([a, held], { a: agentA }, { live })).toEqual([]);
});

test('an empty id is not filled with what a terminated or ignored entry records', () => {
  const transcripts = new Map([[folder, both.slice(1)]]);
  const a = anEntry('a');
  const b = anEntry('b', { ids: records(idB) });
  expect(written([a, { ...b, status: 'terminated' }], { a: agentA }, { transcripts })).toEqual([]);
  expect(written([a, { ...b, ignore: true }], { a: agentA }, { transcripts })).toEqual([]);
  expect(written([a], { a: agentA }, { transcripts })).toEqual([`a ${idB}`]);
});

test('an agent in any pane works in the folder, with an entry or without', () => {
  const transcripts = new Map([[folder, both.slice(1)]]);
  const a = anEntry('a');
  expect(written([a], { a: agentA, 'x-creator-claude': agentB }, { transcripts })).toEqual([]);
  expect(written([a, anEntry('b', { ignore: true })], { a: agentA, b: agentB }, { transcripts })).toEqual([]);
  expect(written([a], { a: agentA, b: aProcess(1002, { cwd: '/elsewhere' }) }, { transcripts })).toEqual([`a ${idB}`]);
});

test("a Claude in another terminal keeps what it runs, and the folder's transcripts are not one agent's alone", () => {
  const a = anEntry('a', { ids: records(idA) });
  const live = liveRecord(agentA, idA);
  expect(written([a], { a: agentA }, { live, foreign: liveRecord(agentB, idB) })).toEqual([]);
  // It has gone on since its record was written, or began another: whose the transcript is stays open.
  expect(written([a], { a: agentA }, { live, foreign: liveRecord(agentB, idC) })).toEqual([]);
  expect(written([anEntry('a')], { a: agentA }, { foreign: liveRecord(agentB, idA) })).toEqual([]);
});

test('what somebody without an entry ran stays his after his end, while its transcript lies there', () => {
  const a = anEntry('a', { ids: records(idA) });
  const b = anEntry('b', { ids: records(idB) });
  const live = liveRecord(agentA, idA);
  const after = (lastLook: LastLook) => planned([a], { a: agentA }, { live }, { lastLook });
  const outside = planned([a], { a: agentA }, { live, foreign: liveRecord(agentB, idB) }).nextLook;
  expect(written([a], { a: agentA }, { live }, { lastLook: outside })).toEqual([]);
  expect(after(outside).nextLook.elsewhere).toEqual([idB]);
  const bothLive = new Map([...live, ...liveRecord(agentB, idB)]);
  const { nextLook } = planned([a, b], { a: agentA, b: agentB }, { live: bothLive });
  expect(written([a], { a: agentA }, { live }, { lastLook: nextLook })).toEqual([]);
  expect(after(nextLook).nextLook.elsewhere).toEqual([idB]);
  const cleanedUp = new Map([[folder, both.slice(0, 1)]]);
  const forgotten = planned([a], { a: agentA }, { live, transcripts: cleanedUp }, { lastLook: outside });
  expect(forgotten.nextLook.elsewhere).toEqual([]);
});

test('an id without a file is pending while any agent of the pane holds it, stopped in the background or not', () => {
  const a = anEntry('a', { ids: records(idC) });
  const shell = aProcess(1001, { argv: ['-bash'], exe: '/usr/bin/bash' });
  const stopped = aProcess(1002, { ppid: 1001, processGroup: 1002, foregroundGroup: 1001 });
  const missing = (process: Process, claude: Partial<ClaudeLook> = {}) => {
    const panes = trees(aTree(shell, { descendants: [process] }));
    const look = claudeLook({ artifacts: new Map([[idC, null]]), ...claude });
    const observation = { ...inSessions({ a: shell }), panes, claude: look };
    return plan(aWorld({ entries: [a], observation, looksAgain: 1 })).drifts.map((drift) => drift.kind);
  };
  expect(missing(stopped, { live: liveRecord(stopped, idC) })).toEqual([]);
  expect(missing({ ...stopped, argv: ['claude', '--session-id', idC] })).toEqual([]);
  expect(missing(stopped, { foreign: liveRecord(agentB, idC) })).toEqual([]);
  expect(missing(stopped)).toEqual(['artifact-missing']);
  expect(missing({ ...stopped, argv: ['claude', '-p', '--session-id', idC] })).toEqual(['artifact-missing']);
  // It goes on under another id: the first one is never written any more.
  const cleared = { ...stopped, argv: ['claude', '--session-id', idC] };
  expect(missing(cleared, { live: liveRecord(cleared, idA) })).toEqual(['artifact-missing']);
});

test('the id that a person chose among several is not exchanged for one that was there before', () => {
  const transcripts = new Map([
    [folder, [aTranscript(idA), aTranscript(idB), aTranscript(idC, { bornAt: now - 1000 })]],
  ]);
  const chosen = anEntry('a', { ids: records(idA) });
  const since = (textSince: number): Pick<World, 'lastLook'> => {
    const { lastLook } = ranOnce(idA, 3, aProcess(9009));
    const { a } = lastLook?.entries ?? {};
    return a === undefined ? {} : { lastLook: { entries: { a: { ...a, textSince } } } };
  };
  const two = new Map([[folder, both]]);
  expect(written([chosen], { a: agentA }, { transcripts: two }, since(now - 10_000))).toEqual([]);
  expect(written([chosen], { a: agentA }, { transcripts: two }, since(longAgo))).toEqual([`a ${idB}`]);
  // What was born after his choice is what it went on as.
  expect(written([chosen], { a: agentA }, { transcripts }, since(now - 10_000))).toEqual([`a ${idC}`]);
});

test("an id is called stale only where the folder of the agent that wrote it was looked at, and a dead agent's is asked for", () => {
  const a = anEntry('a', { ids: records(idA) });
  const agent = aProcess(1001, { claudeConfigDir: '/alt' });
  const missing = new Map([[idA, null]]);
  const [usual, own] = [
    { path: '/home/me/.claude', exists: true, keepsRecords: true, cleanupDays: 30 },
    { path: '/alt', exists: true, keepsRecords: true, cleanupDays: 30 },
  ];
  const kinds = (look: Partial<ClaudeLook>, lastLook = {}) =>
    planned([{ ...a, status: 'terminated' }], {}, { artifacts: missing, ...look }, { lastLook }).drifts.map(
      ({ kind }) => kind,
    );
  const { nextLook } = planned([a], { a: agent });
  expect(need(aRegistry([a]), nextLook, settings).claudeRoots).toEqual(['/alt']);
  expect(kinds({ roots: [usual] }, nextLook)).toEqual([]);
  expect(kinds({ roots: [usual, { ...own, exists: false }] }, nextLook)).toEqual([]);
  expect(kinds({ roots: [usual, own] }, nextLook)).toEqual(['artifact-missing']);
  expect(kinds({ roots: [usual] })).toEqual(['artifact-missing']);
});

function ranOnce(id: string, rung: Rung, process = agentA): Pick<World, 'lastLook'> {
  const agent = { pid: process.pid, start: process.start, id, rung, root: claudeRootOf(process) };
  const memory = { workspace: 'lab', textHash: 'text of a', textSince: longAgo, bootId: null, seen: null, agent };
  return { lastLook: { entries: { a: { ...memory, shellSince: null, formerVisibleStatus: null } } } };
}

test('a weaker proof does not overwrite a stronger one of the same process, unless that is contradicted', () => {
  const a = anEntry('a', { ids: records(idA) });
  const resumed = aProcess(1001, { argv: ['claude', '--resume', idB] });
  const resting = new Map([[folder, [aTranscript(idA, { mtime: now }), aTranscript(idB)]]]);
  expect(written([a], { a: resumed }, { transcripts: resting }, ranOnce(idA, 1))).toEqual([]);
  expect(written([a], { a: resumed }, { transcripts: resting }, ranOnce(idB, 1))).toEqual([`a ${idB}`]);
  const later = aProcess(1001, { argv: resumed.argv, start: 'later' });
  expect(written([a], { a: later }, { transcripts: resting }, ranOnce(idA, 1))).toEqual([`a ${idB}`]);
  expect(written([a], { a: agentA }, { transcripts: resting }, ranOnce(idA, 1))).toEqual([]);
  expect(written([a], { a: agentA }, {}, ranOnce(idA, 1))).toEqual([`a ${idB}`]);
  expect(planned([a], { a: agentA }, {}, ranOnce(idA, 1)).drifts).toMatchObject([{ rung: 3 }]);
});

test("Antigravity's folder is no proof against the lock that the process held", () => {
  const agy = aProcess(1001, { argv: ['agy'], exe: '/usr/bin/agy' });
  const a = anEntry('a', { agent: 'agy', ids: { own: undefined, claude: undefined, agy: idA } });
  const file = { path: '/b.db', size: 1, mtime: now - 1000 };
  const look = { lastConversations: new Map([[folder, idB]]), artifacts: new Map([[idB, file]]) };
  const after = (before: Pick<World, 'lastLook'>) =>
    plan(aWorld({ entries: [a], observation: { ...inSessions({ a: agy }), agy: agyLook(look) }, ...before })).drifts;
  expect(after(ranOnce(idA, 1))).toEqual([]);
  expect(after(ranOnce(idA, 3))).toMatchObject([{ kind: 'session-id-rotated', rung: 3 }]);
});

test('the stronger proof of one conversation is remembered, and the rung stands in the drift', () => {
  const live = liveRecord(agentA, idA);
  const transcripts = new Map([[folder, both.slice(0, 1)]]);
  const first = planned([anEntry('a')], { a: agentA }, { live, transcripts });
  expect(first.drifts).toMatchObject([{ kind: 'session-id-materialized', rung: 1 }]);
  const resumed = aProcess(1001, { argv: ['claude', '--resume', idA] });
  const root = '/home/me/.claude';
  const again = planned([anEntry('a')], { a: resumed }, { transcripts }, { lastLook: first.nextLook });
  expect(again.nextLook.entries['a']?.agent).toEqual({ pid: 1001, start: 'start-1001', id: idA, rung: 1, root });
  expect(planned([], { 'x-creator-claude': agentA }, { live, transcripts }).drifts).toMatchObject([
    { class: 'B', rung: 1 },
  ]);
});
