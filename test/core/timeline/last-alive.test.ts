import { expect, test } from 'vitest';
import type { StateLine } from '../../../src/core/model/state.ts';
import { timelines } from '../../../src/core/timeline/bands.ts';
import { lastAlive } from '../../../src/core/timeline/last-alive.ts';
import { unwatchedSpans } from '../../../src/core/timeline/unwatched.ts';
import { at, began, ended, line } from './lines.ts';

const night = { from: at(0), to: at(8) };

/** Returns what is known of `shop`, whose death was found then. */
function known(lines: readonly StateLine[], found: number, watchedUntil: number | null = at(8)) {
  const [shop] = timelines(lines, night, watchedUntil).filter(({ session }) => session === 'shop');
  return lastAlive(shop, found, unwatchedSpans(lines, night, watchedUntil));
}

test('a session that was watched until it ended did then what its last line before said', () => {
  const lines = [
    began(at(-1)),
    line(at(-1), 'shop', 'idle'),
    line(at(2), 'shop', 'working'),
    line(at(3), 'shop', 'gone'),
  ];
  expect(known(lines, at(3))).toEqual({ kind: 'watched', what: 'working' });
  // What it did once it was back says nothing of its death.
  expect(known([...lines, line(at(5), 'shop', 'waiting')], at(3, 1))).toEqual({ kind: 'watched', what: 'working' });
  // This very look found its death: the history has no line of it yet.
  expect(known(lines.slice(0, -1), at(8))).toEqual({ kind: 'watched', what: 'working' });
  // The shell that its agent left ended too.
  const shell = [
    began(at(-1)),
    line(at(-1), 'shop', 'working'),
    line(at(2), 'shop', 'exited'),
    line(at(3), 'shop', 'gone'),
  ];
  expect(known(shell, at(3))).toEqual({ kind: 'watched', what: 'working' });
});

test('a death in time that no monitor watched, or that could not be seen, has its last time alive', () => {
  const gap = [began(at(-1)), line(at(-1), 'shop', 'working'), ended(at(2)), began(at(4)), line(at(4), 'shop', 'gone')];
  expect(known(gap, at(4))).toEqual({ kind: 'seen', at: at(2) });
  const blind = [
    began(at(-1)),
    line(at(-1), 'shop', 'working'),
    line(at(3), 'shop', 'unknown'),
    line(at(5), 'shop', 'gone'),
  ];
  expect(known(blind, at(5))).toEqual({ kind: 'seen', at: at(3) });
  // The last monitor ended, and this very look found the death.
  expect(known([began(at(-1)), line(at(-1), 'shop', 'idle')], at(8), at(6))).toEqual({ kind: 'seen', at: at(6) });
});

test('what no monitor saw alive is not made up', () => {
  expect(known([], at(4), null)).toEqual({ kind: 'unwatched' });
  expect(known([began(at(3)), line(at(3), 'shop', 'gone')], at(3))).toEqual({ kind: 'unwatched' });
  expect(known([began(at(-1))], at(4))).toEqual({ kind: 'unknown' });
});
