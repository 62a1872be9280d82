import { expect, test } from 'vitest';
import { askBack } from '../../src/core/words/messages.ts';
import { watchForStop } from '../../src/watch/stop-watch.ts';
import { aCard } from './fakes.ts';

const isOurs = (body: string) => body === askBack() || body.startsWith('ours');
const look = (card: ReturnType<typeof aCard>, now = 60 * 60_000) => {
  const seen = watchForStop({ card, isOurs, phrases: ['down tools'], now });
  return seen.kind === 'none' ? 'none' : `${seen.kind} ${seen.comment.id}`;
};

test('the first comment that stops is the one; also behind one that is unclear, and a configured phrase', () => {
  expect(look(aCard(['hello', 'stop the build', 'stop monitoring', 'stop']))).toBe('stop c2');
  expect(look(aCard(['down tools']))).toBe('stop c0');
  expect(look(aCard(['hello']))).toBe('none');
});

test('our own words and those of an earlier run count for nothing', () => {
  expect(look(aCard(['ours: stop monitoring']))).toBe('none');
  expect(look(aCard(['stop monitoring', 'hello'], { runFromComment: 1 }))).toBe('none');
});

test('asks back once for a comment, and at most once in ten minutes; the card itself remembers', () => {
  expect(look(aCard(['stop the build', 'stop the press']))).toBe('ask c0');
  expect(look(aCard(['stop the build', 'stop the press', askBack()]), 9 * 60_000)).toBe('none');
  expect(look(aCard(['stop the build', 'stop the press', askBack()]), 12 * 60_000)).toBe('ask c1');
  expect(look(aCard(['stop the build', askBack()]))).toBe('none');
});
