import { expect, test } from 'vitest';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aPane,
  aProcess,
  aServer,
  aSession,
  aTree,
  anEntry,
  aWorld,
  defaultSocket,
  hour,
  longAgo,
  now,
  trees,
} from '../world.ts';
import { named } from '../../named.ts';

const name = 'lab-creator-claude';

/** Plans for an entry whose session lives: tmux tells `created`, and its pane's process started at `startedAt`. */
function living(created: number, startedAt: number) {
  const server = aServer([aSession(name, { created, panes: [aPane(1001)] })]);
  return {
    sockets: new Map([[defaultSocket, { known: { server, hidden: [], said: 'complete list of 1 session' } }]]),
    panes: trees(aTree(aProcess(1001, { startedAt }))),
  };
}

test('a termination without a zone is never turned back by a session that may be older', () => {
  const at = (latest: number | null) =>
    anEntry(name, { status: 'terminated', terminatedAt: null, vagueTermination: { text: '2026-07-01 00:00', latest } });
  const kindsOf = (entry: ReturnType<typeof at>) =>
    plan(aWorld({ entries: [entry], observation: living(longAgo, longAgo) })).drifts.map(({ kind }) => kind);
  expect(kindsOf(at(longAgo + hour))).toEqual(['terminated-but-alive']);
  expect(kindsOf(at(null))).toEqual(['terminated-but-alive']);
  expect(kindsOf(at(longAgo - 1))).toEqual(['session-revived']);
});

test('what stood in a termination without a zone is what a revival takes out', () => {
  const vagueTermination = { text: '2026-06-01 00:00', latest: longAgo - hour };
  const entry = anEntry(name, { status: 'terminated', vagueTermination });
  const { drifts } = plan(aWorld({ entries: [entry], observation: living(longAgo, longAgo) }));
  expect(drifts[0]?.edits).toContainEqual({
    op: 'set',
    entry: { session: name, socket: null },
    path: ['terminated_at'],
    from: '2026-06-01 00:00',
    to: null,
  });
});

test('a session of a clock that was ahead is as old as its processes', () => {
  const observation = living(now + hour, longAgo);
  expect(plan(aWorld({ observation })).drifts[0]).toMatchObject({
    kind: 'session-unregistered',
    edits: [{ fields: { created_at: '2026-07-01T07:00:30Z' } }],
  });
  // The user ended the entry after the session was made.
  const ended = anEntry(name, { status: 'terminated', terminatedAt: now - 60_000 });
  expect(plan(aWorld({ entries: [ended], observation })).drifts).toMatchObject([{ kind: 'terminated-but-alive' }]);
});

test('where no process tells its age, it waits 5 s from the first look on, and not longer', () => {
  const observation = { ...living(now + hour, 0), panes: new Map() };
  const first = plan(aWorld({ observation }));
  expect(first.lookAgain).toMatchObject({ kind: 'settle', afterMs: 5000 });
  expect(plan(aWorld({ observation, now: now + 5000, began: now }))).toMatchObject({
    drifts: [{ kind: 'session-unregistered' }],
    lookAgain: null,
  });
  const inLoop = plan(aWorld({ observation, now: now + 5000, formerMemory: first.nextMemory }));
  expect(inLoop.drifts).toMatchObject([{ kind: 'session-unregistered' }]);
});

test('a file that is ahead of our clock, and memories of a clock that was set back, hold nothing up longer', () => {
  const entry = anEntry(name, { pane: null });
  const gone = { panes: new Map() };
  const ahead = { entries: [entry], registry: { mtime: now + hour }, observation: gone, looksAgain: 1 };
  const first = plan(aWorld(ahead));
  expect(first.lookAgain).toMatchObject({ kind: 'settle', afterMs: 5000 });
  expect(plan(aWorld({ ...ahead, now: now + 5000, began: now })).drifts).toMatchObject([{ kind: 'session-gone' }]);

  const settled = { ...ahead, registry: { mtime: longAgo } };
  const before = plan(aWorld({ ...settled, registry: { mtime: now + 2 * hour }, now: now + hour })).nextMemory;
  expect(before.entries[named(name)]?.textSince).toBe(now + hour);
  expect(plan(aWorld({ ...settled, formerMemory: before })).lookAgain).toMatchObject({ afterMs: 5000 });
});
