import { expect, test } from 'vitest';
import { askBack } from '../../src/core/words/messages.ts';
import { withoutOrders } from '../../src/core/words/stop.ts';
import { watchForStop } from '../../src/watch/stop-watch.ts';
import { aCard } from './fakes.ts';

const phrases = ['down tools', 'still watching'];
const isOwnComment = (body: string) => body.includes('Still watching. To end it') || body.startsWith('ours');
const look = (card: ReturnType<typeof aCard>, now = 60 * 60_000) => {
  const seen = watchForStop({ card, isOwnComment, phrases, now });
  if (seen.kind === 'stop') return `stop ${seen.comment.id}`;
  const unclear = seen.unclear.map(({ id }) => id);
  return [seen.asks ? 'ask' : 'go on', ...unclear].join(' ');
};

test('the first comment that stops is the one; also behind one that is unclear, and a configured phrase', () => {
  expect(look(aCard(['hello', 'stop the build', 'stop monitoring', 'stop']))).toBe('stop c2');
  expect(look(aCard(['down tools']))).toBe('stop c0');
  expect(look(aCard(['hello']))).toBe('go on');
});

test('our own words and those of an earlier run count for nothing', () => {
  expect(look(aCard(['ours: stop monitoring']))).toBe('go on');
  expect(look(aCard(['stop monitoring', 'hello'], { runFromComment: 1 }))).toBe('go on');
});

test('asks back once for a comment, and at most once in ten minutes; the card itself remembers', () => {
  expect(look(aCard(['stop the build', 'stop the press']))).toBe('ask c0 c1');
  expect(look(aCard(['stop the build', 'stop the press', askBack()]), 9 * 60_000)).toBe('go on c1');
  expect(look(aCard(['stop the build', 'stop the press', askBack()]), 12 * 60_000)).toBe('ask c1');
  expect(look(aCard(['stop the build', askBack()]))).toBe('go on');
});

test('an ask-back that holds a configured phrase stands quoted on the card, and is known', () => {
  const quoted = withoutOrders(askBack(), phrases);
  expect(quoted).not.toBe(askBack());
  expect(look(aCard(['stop the build', quoted]))).toBe('go on');
  // The phrase was taken out of the config since.
  expect(look(aCard(['stop the build', `${quoted}\n`]))).toBe('go on');
});
