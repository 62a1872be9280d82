import { expect, test } from 'vitest';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  deadPids,
  defaultSocket,
  hung,
  listed,
  noServer,
  trees,
  type Shown,
} from '../world.ts';

const socket = (state: typeof hung) => ({ sockets: new Map([[defaultSocket, state]]) });
const here = socket(listed([aSession('a')]));
const shell = aProcess(1001, { argv: ['-bash'], exe: '/usr/bin/bash' });
const ssh = aProcess(1002, { argv: ['ssh', 'lab2'], exe: '/usr/bin/ssh', ppid: 1001 });
const behind = { ...shell, foregroundGroup: 1002 };
const agy = aProcess(1001, { argv: ['agy'], exe: '/usr/bin/agy', foregroundGroup: 1001 });
const blind = { blind: '/proc is hidden from this user', cure: 'mount it without hidepid' };

test.each<readonly [what: string, seen: Shown, said: string]>([
  ['tmux cannot be asked', socket(hung), 'its pane cannot be seen: no answer in 2000 ms'],
  [
    'its processes cannot be seen',
    { ...here, panes: new Map([[1001, blind]]) },
    `its pane cannot be seen: ${blind.blind}`,
  ],
  ['its processes were not asked', here, 'its pane cannot be seen: its processes were not looked at'],
  ['only a shell is there', { ...here, panes: trees(aTree(shell)) }, 'no agent runs in its pane'],
  [
    'an ssh may hide one',
    { ...here, panes: trees(aTree(behind, { descendants: [ssh] })) },
    'no agent is seen in its pane',
  ],
  [
    'another agent runs there',
    { ...here, panes: trees(aTree(agy)) },
    'Antigravity runs in its pane (pid 1001), not Claude: if it stays there, write `agent: agy` into the entry',
  ],
  [
    'another agent runs in its shell',
    {
      ...here,
      panes: trees(aTree(behind, { descendants: [{ ...agy, pid: 1002, processGroup: 1002, foregroundGroup: 1002 }] })),
    },
    'Antigravity runs in its pane (pid 1002), not Claude: if it stays there, write `agent: agy` into the entry',
  ],
  [
    'its own agent runs another one',
    { ...here, panes: trees(aTree(aProcess(1001), { descendants: [{ ...agy, pid: 1002 }] })) },
    'it has no live record: it runs no conversation of its own yet',
  ],
  [
    'the pane is dead',
    socket(listed([aSession('a', { panes: [aPane(1001, { dead: true })] })])),
    'no agent runs in its pane',
  ],
  ['the session is gone', { ...socket(noServer), panes: deadPids(1001) }, 'its session is gone'],
])('where %s, its id is not proven for that reason', (_, observation, said) => {
  const [verdict] = plan(aWorld({ entries: [anEntry('a')], observation, looksAgain: 1 })).verdicts;
  expect(verdict?.notProven).toBe(said);
});

test('an entry that names no known agent is told which one runs there', () => {
  const observation = { ...here, panes: trees(aTree(agy)) };
  const [verdict] = plan(aWorld({ entries: [anEntry('a', { agent: null })], observation })).verdicts;
  expect(verdict?.notProven).toBe(
    'Antigravity runs in its pane (pid 1001), and the entry names no known agent: if it stays there, write `agent: agy` into the entry',
  );
});
