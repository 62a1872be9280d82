import { expect, test } from 'vitest';
import {
  askBack,
  completedText,
  heartbeatNote,
  pausedText,
  runSummary,
  stopReason,
} from '../../../src/core/words/messages.ts';

const at = Date.parse('2026-07-01T09:00:00.400Z');

test('a heartbeat says that it lives, what was found, and what it costs', () => {
  const quiet = { drifts: 0, lastAt: null, lastPassAt: null, passMs: null, spawns: null };
  const refused = { boardTrouble: null, passTrouble: null, notKept: null, beside: null };
  const well = { blind: [], triggers: ['timer'], pollOnly: null, ...refused };
  expect(heartbeatNote({ ...quiet, ...well })).toBe(
    'alive, 0 drifts detected, last at never · no pass has succeeded yet · triggers: timer',
  );
  expect(
    heartbeatNote({
      drifts: 3,
      lastAt: at,
      lastPassAt: at,
      passMs: 41,
      spawns: 1,
      blind: ['tmux:/tmp/x\u001b'],
      triggers: ['timer', 'registry folder'],
      pollOnly: '/dev/pts: it is not there',
      boardTrouble: 'no answer',
      passTrouble: 'ENOSPC: no space left on device, write',
      notKept: 'EACCES: permission denied',
      beside: 'ntfy: no answer\u001b',
    }),
  ).toBe(
    'alive, 3 drifts detected, last at 2026-07-01T09:00:00Z · last pass 2026-07-01T09:00:00Z · pass 41 ms, 1 processes · ' +
      'triggers: timer, registry folder (deaths by the poll only: /dev/pts: it is not there) · blind: tmux:/tmp/x\\x1b · the board refused: no answer · ' +
      'the last pass failed: ENOSPC: no space left on device, write · the memory of the last pass could not be kept: EACCES: permission denied · ntfy: no answer\\x1b',
  );
});

test('the last words of a run', () => {
  expect(runSummary([])).toBe('no drift was found in this run.');
  expect(runSummary(['session-gone'])).toBe('found in this run: 1 drift (1 session-gone).');
  const summary = runSummary(['session-gone', 'session-unregistered', 'session-gone']);
  expect(summary).toBe('found in this run: 3 drifts (2 session-gone, 1 session-unregistered).');
  const goesOn = `the run goes on at the next start. Up to here: ${summary}`;
  expect(pausedText('signal', summary)).toBe(`Paused by a signal, ${goesOn}`);
  expect(pausedText('caller', summary)).toBe(`Paused: the program that waited for news has ended, ${goesOn}`);
  expect(completedText('its time was over', summary)).toBe(`Ended: its time was over. In all: ${summary}`);
  expect(stopReason(at)).toBe('stop-requested by user at 2026-07-01T09:00:00Z');
  expect(askBack()).toBe('Still watching. To end it, comment `stop monitoring`.');
});
