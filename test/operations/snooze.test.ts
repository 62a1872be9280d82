import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { history } from '../../src/operations/history.ts';
import { snooze } from '../../src/operations/snooze.ts';
import { scriptedWorld } from '../scripted-world.ts';
import { answers } from './fake-context.ts';

const shop = 'shop-creator-claude';
const blog = 'blog-creator-claude';

test('no waiting of these sessions is told until then; zero ends it', async () => {
  const { context, passing } = scriptedWorld();
  const until = passing.clock.now + 2 * 3_600_000;
  const [answer] = await answers(snooze, context, { words: [shop, blog, '2h'] });
  expect(answer?.json).toEqual({
    snoozed: [shop, blog].map((session) => ({ session, until: new Date(until).toISOString() })),
  });
  expect(answer?.text).toBe(
    `${shop}: no waiting of it is told until 2026-07-01T11:00:30Z.\n${blog}: no waiting of it is told until 2026-07-01T11:00:30Z.`,
  );
  expect((await passing.ports.log.ledger()).snoozed).toEqual(
    new Map([
      [shop, until],
      [blog, until],
    ]),
  );
  const [ended] = await answers(snooze, context, { words: [shop, '0s'] });
  expect(ended?.text).toBe(`${shop}: a waiting of it is told again.`);
  expect((await passing.ports.log.ledger()).snoozed.get(shop)).toBe(passing.clock.now);
  const [told] = await answers(history, context, { values: { session: shop } });
  expect(told?.text).toContain(`${shop}: no waiting of it is told until 2026-07-01T11:00:30Z.`);
});

test.each([
  [['shop-creator-claud', '2h'], `there is no session shop-creator-claud`],
  [[shop], 'is no duration'],
  [[shop, '2'], '2 is no duration'],
  [['2h'], 'no session is named'],
])('%j is refused before anything is written', async (words, message) => {
  const { context, passing } = scriptedWorld();
  const refused = answers(snooze, context, { words });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(answers(snooze, context, { words })).rejects.toThrow(message);
  expect(await passing.ports.log.read()).toEqual([]);
});
