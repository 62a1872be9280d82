import { expect, test } from 'vitest';
import { stateLineReader } from '../../src/log/state-line-reader.ts';
import { at, began, ended, line } from '../core/timeline/lines.ts';

test('lines are read as they were written, whatever was read before', () => {
  const read = stateLineReader();
  const lines = [
    began(at(1)),
    line(at(1), 'shop', 'working'),
    line(at(2), 'shop "at":7, \\"at\\":8 {', 'gone'),
    line(at(3), 'shop', 'working'),
    ended(at(4)),
    began(at(5)),
    line(at(5), 'shop', 'working'),
  ];
  expect(lines.map((one) => read(JSON.stringify(one)))).toEqual(lines);
});

test('lines that differ in their time alone share all their other values', () => {
  const read = stateLineReader();
  const [one, other] = [1, 2].map((hours) => read(JSON.stringify(line(at(hours), 'shop', 'working'))));
  if (one?.kind !== 'state' || other?.kind !== 'state') throw new Error('no lines of a session');
  expect([one.at, other.at]).toEqual([at(1), at(2)]);
  expect(one.state).toBe(other.state);
});

test('a broken line, and one of a kind that only another version knows, is none', () => {
  const read = stateLineReader();
  for (const text of ['', '[]', 'nonsense', '{"kind":"sta', '{"kind":"weather","at":1}', '{"kind":"state","at":5}']) {
    expect(read(text)).toBeNull();
  }
  expect(read('{"kind":"watch-ended","at":"1"}')).toBeNull();
  expect(read('{"kind":"watch-ended","at":1e3}')).toBeNull();
  expect(read('{"kind":"watch-ended","at":1}')).toEqual({ kind: 'watch-ended', at: 1 });
});
