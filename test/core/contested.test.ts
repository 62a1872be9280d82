import { expect, test } from 'vitest';
import { plan } from '../../src/core/make-plan.ts';
import { aProcess, aSession, aTree, aWorld, anEntry, defaultSocket, listed, noServer, trees } from './world.ts';

const one = { pane: null } as const;
const seen = { sockets: new Map([[defaultSocket, listed([aSession('a_b')])]]), panes: trees(aTree(aProcess(1001))) };

test.each([
  [
    'names its socket and the other one names none',
    [anEntry('a_b', one), anEntry('a_b', { ...one, socket: 'default' })],
  ],
  ['has a name that tmux lists in the same way', [anEntry('a.b', one), anEntry('a_b', one)]],
])('a session lives that two entries mean: none of them is gone where one %s', (_, entries) => {
  const { drifts, silentEdits, verdicts } = plan(aWorld({ entries, observation: seen, looksAgain: 1 }));
  expect([drifts, silentEdits]).toEqual([[], []]);
  expect(verdicts.map(({ liveness }) => liveness).toSorted()).toEqual(['alive', 'unknown']);
  expect(verdicts.find(({ liveness }) => liveness === 'unknown')?.doubt).toEqual({
    reason: '$1 bears its name, and another entry has that session',
    cure: 'take one of the two entries out, or correct its tmux_socket',
  });
});

test('an entry whose namesake runs on another socket is judged by its own', () => {
  const entries = [anEntry('a_b', one), anEntry('a_b', { ...one, socket: 'work' })];
  const sockets = new Map([
    [defaultSocket, noServer],
    ['/tmp/tmux-1000/work', listed([aSession('a_b')])],
  ]);
  const { drifts } = plan(aWorld({ entries, observation: { ...seen, sockets }, looksAgain: 1 }));
  expect(drifts.map(({ kind, session }) => `${kind} ${session ?? ''}`)).toEqual(['session-gone a_b']);
});
