import { expect, test } from 'vitest';
import type { Card } from '../../src/board/board.ts';
import { judgeByRules } from '../../src/watch/judge.ts';

const now = Date.parse('2026-07-01T09:00:00Z');
const card: Card = {
  id: 'card',
  title: 'monitor my sessions',
  body: '',
  status: 'running',
  assignee: null,
  blockReason: null,
  run: null,
  comments: [],
  runFromComment: 0,
  events: [],
};
const judged = (change: Partial<Card>, until: number | null = null) =>
  judgeByRules({ ...card, ...change }, { until, now });

test('the card says whether monitoring is wanted, and the time ends it', () => {
  expect(judged({})).toBeNull();
  expect(judged({ status: 'done' })).toEqual({ kind: 'ended', reason: 'the card is done' });
  expect(judged({ status: 'archived' })).toEqual({ kind: 'ended', reason: 'the card is archived' });
  expect(judged({ status: 'blocked', blockReason: 'wait for Ann' })).toEqual({
    kind: 'ended',
    reason: 'the card was blocked: wait for Ann',
  });
  expect(judged({ status: 'todo' })).toEqual({ kind: 'ended', reason: 'the card was moved to todo' });
  expect(judged({ status: 'review' }), 'a word of a later Hermes').toBeNull();
  expect(judged({ status: 'review' }, now)).toMatchObject({ kind: 'completed' });
  expect(judged({}, now + 1)).toBeNull();
  expect(judged({}, now)).toEqual({ kind: 'completed', reason: 'its time was over at 2026-07-01T09:00:00Z' });
});
