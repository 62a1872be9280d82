import { expect, test } from 'vitest';
import { startsIn } from '../../bench/peers/processes.ts';
import { gist } from '../../bench/peers/stopped.ts';

test('of the lines of strace, those that make a process are counted, once, and threads are not', () => {
  const log = [
    '23463 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, exit_signal=0} => {parent_tid=[23470]}, 88) = 23470',
    '23463 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7fdf43228f50) = 23477',
    '23463 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
    '23463 <... clone resumed>, child_tidptr=0x7fdf43228f50) = 23478',
    '5     clone3({flags=CLONE_VM|CLONE_VFORK|CLONE_CLEAR_SIGHAND, exit_signal=SIGCHLD} <unfinished ...>',
    '5     vfork( <unfinished ...>',
    '',
  ].join('\n');
  expect(startsIn(log)).toBe(4);
  expect(startsIn('')).toBe(0);
});

test('of an answer, the lines that sum it up are quoted, else its first line', () => {
  const sums = /^(?:cannot see |\d+ sessions: )/;
  expect(gist('w1 unknown\ncannot see tmux: no answer\n2 sessions: 2 unknown\n', '', sums)).toEqual([
    'cannot see tmux: no answer',
    '2 sessions: 2 unknown',
  ]);
  expect(gist('', '\nFailed to fetch\nat line 3\n', sums)).toEqual(['Failed to fetch']);
  expect(gist('', '', sums)).toEqual([]);
});
