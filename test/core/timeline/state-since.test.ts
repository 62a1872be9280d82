import { expect, test } from 'vitest';
import { whatOf, type Band } from '../../../src/core/timeline/bands.ts';
import { stateSince } from '../../../src/core/timeline/state-since.ts';

/** Makes bands of ten each, the first from 0 on. */
const bands = (...all: readonly Band['what'][]): readonly Band[] =>
  all.map((what, index) => ({ from: index * 10, to: index * 10 + 10, what }));

test('a change that was seen is the beginning', () => {
  expect(stateSince(bands('working', 'idle'), 'idle')).toEqual({ at: 10, isLeast: false });
  expect(stateSince(bands('unwatched', 'working', 'idle'), 'idle')).toEqual({ at: 20, isLeast: false });
});

test('after a gap, and where nothing is known of before, it is so at least since then', () => {
  expect(stateSince(bands('idle'), 'idle')).toEqual({ at: 0, isLeast: true });
  expect(stateSince(bands('idle', 'unwatched', 'idle'), 'idle')).toEqual({ at: 20, isLeast: true });
  expect(stateSince(bands('idle', 'unknown', 'idle'), 'idle')).toEqual({ at: 20, isLeast: true });
  expect(stateSince(bands('alive', 'idle'), 'idle')).toEqual({ at: 10, isLeast: true });
  expect(stateSince(bands('alive', 'gone'), 'gone')).toEqual({ at: 10, isLeast: false });
  // Its entry was out of the registry in between.
  const apart = [...bands('working'), { from: 50, to: 60, what: 'idle' } as const];
  expect(stateSince(apart, 'idle')).toEqual({ at: 50, isLeast: true });
});

test('nothing is said of a session that is not as the history says, or that is not watched now', () => {
  expect(stateSince(bands('working', 'idle'), 'working')).toBeNull();
  expect(stateSince(bands('working', 'idle', 'unwatched'), 'idle')).toBeNull();
  expect(stateSince([], 'idle')).toBeNull();
});

test('a session is what its liveness says, and what its agent does only while it lives', () => {
  expect([whatOf('alive', 'idle'), whatOf('alive', null), whatOf('gone', null), whatOf('unknown', 'idle')]).toEqual([
    'idle',
    'alive',
    'gone',
    'unknown',
  ]);
});
