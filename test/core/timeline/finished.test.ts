import { expect, test } from 'vitest';
import { entryId } from '../../../src/core/model/entry.ts';
import type { Activity } from '../../../src/core/model/activity.ts';
import type { StateLine } from '../../../src/core/model/state.ts';
import { addWork, type Works } from '../../../src/core/timeline/finished.ts';

const entry = entryId({ session: 'shop', socket: null });
const state = (at: number, activity: Activity | 'gone' | null): StateLine => ({
  kind: 'state',
  at,
  entry,
  session: 'shop',
  workspace: null,
  agent: 'claude',
  state:
    activity === 'gone'
      ? { liveness: 'gone', activity: null, waitingFor: null, id: null }
      : { liveness: 'alive', activity, waitingFor: null, id: null },
  source: 'claude',
  reason: '',
});
const began = (at: number): StateLine => ({ kind: 'watch-began', at, host: 'lab1' });
const ended = (at: number): StateLine => ({ kind: 'watch-ended', at });

/** Returns how long each work was that these lines end. */
function worked(lines: readonly StateLine[], from?: number): readonly number[] {
  const works: Works = new Map();
  return lines.flatMap((line) => addWork(works, line, from)?.workedMs ?? []);
}

test('an agent that idles after its work has finished, once', () => {
  expect(worked([began(0), state(0, 'working'), state(10, 'idle'), state(20, 'idle')])).toEqual([10]);
  expect(worked([began(0), state(0, 'idle'), state(10, 'waiting'), state(20, 'idle')])).toEqual([]);
});

test('waits in between belong to the work, and do not count', () => {
  const lines = [state(0, 'working'), state(10, 'waiting'), state(50, 'working'), state(55, null), state(70, 'idle')];
  expect(worked(lines)).toEqual([15]);
});

test('only watched time counts', () => {
  const lines = [state(0, 'working'), ended(10), began(500), state(500, 'working'), state(505, 'idle')];
  expect(worked(lines)).toEqual([15]);
  expect(worked([state(0, 'working'), state(10, 'idle')], 8)).toEqual([2]);
});

test('an agent that exits, dies or is taken out has finished nothing', () => {
  for (const end of [state(10, 'exited'), state(10, 'gone'), { kind: 'removed', at: 10, entry } as const]) {
    expect(worked([state(0, 'working'), end, state(20, 'idle')])).toEqual([]);
  }
});
