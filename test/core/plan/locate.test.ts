import { expect, test } from 'vitest';
import { locate } from '../../../src/core/plan/locate.ts';
import { aPane, aProcess, aSession, aTree, aWorld, anEntry, defaultSocket, listed, noServer, trees } from '../world.ts';

const [one, two] = ['one-creator-claude', 'two-creator-claude'];

test('each entry has its session and its pane, in the order of the registry; the other sessions are unowned', () => {
  const sessions = [
    aSession(one, { id: '$1', panes: [aPane(1001)] }),
    aSession('mine', { id: '$2', panes: [aPane(1002)] }),
    aSession(two, { id: '$3', panes: [aPane(1003)] }),
  ];
  const input = aWorld({
    entries: [anEntry(two, { pane: null }), anEntry(one)],
    observation: { sockets: new Map([[defaultSocket, listed(sessions)]]), panes: trees(aTree(aProcess(1001))) },
  });
  const { locations, unowned } = locate(input);
  expect(
    locations.map(({ entry, where, paneState }) => [entry.session, where?.session.id, paneState?.pane.id]),
  ).toEqual([
    [two, '$3', '%1003'],
    [one, '$1', '%1001'],
  ]);
  expect(unowned.map(({ session }) => session.name)).toEqual(['mine']);
});

test('an entry without a session has an absence, and says whether the server is gone too', () => {
  const gone = (sockets: Parameters<typeof listed>[0] | null) =>
    locate(
      aWorld({
        entries: [anEntry(one, { pane: null })],
        observation: { sockets: new Map([[defaultSocket, sockets === null ? noServer : listed(sockets)]]) },
        looksAgain: 1,
      }),
    ).locations.map(({ where, absence }) => [where, absence?.liveness, absence?.serverGone]);
  expect(gone([aSession('mine')])).toEqual([[null, 'gone', null]]);
  expect(gone(null)).toEqual([[null, 'gone', []]]);
});

test('a session whose pane moved to another name is found by its pane', () => {
  const input = aWorld({
    entries: [anEntry(one)],
    observation: {
      sockets: new Map([[defaultSocket, listed([aSession('renamed', { panes: [aPane(1001)] })])]]),
      panes: trees(aTree(aProcess(1001, { startedAt: 1 }))),
    },
  });
  const { locations, unowned } = locate(input);
  expect(locations.map(({ where, moved }) => [where?.session.name, moved])).toEqual([['renamed', true]]);
  expect(unowned).toEqual([]);
});
