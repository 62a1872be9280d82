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
    'the pane is dead',
    socket(listed([aSession('a', { panes: [aPane(1001, { dead: true })] })])),
    'no agent runs in its pane',
  ],
  ['the session is gone', { ...socket(noServer), panes: deadPids(1001) }, 'no agent runs in its pane'],
])('where %s, its id is not proven for that reason', (_, observation, said) => {
  const [verdict] = plan(aWorld({ entries: [anEntry('a')], observation, looksAgain: 1 })).verdicts;
  expect(verdict?.notProven).toBe(said);
});
