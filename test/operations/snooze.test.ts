import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { history } from '../../src/operations/history.ts';
import { snooze } from '../../src/operations/snooze.ts';
import { localTimes } from '../../src/operations/text/local-zone.ts';
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
    [shop, blog].map((session) => `${session}: no waiting of it is told until ${clock(until)}.`).join('\n'),
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

/** In the zone of the reader. */
function clock(ms: number): string {
  return localTimes(ms)(ms);
}

test('alone it lists what is snoozed: what is told again first, then those of the config', async () => {
  const { context, passing } = scriptedWorld();
  const [none] = await answers(snooze, context, { words: [] });
  expect(none).toMatchObject({ json: { snoozed: [] }, text: 'no session is snoozed' });
  await answers(snooze, context, { words: [shop, '2h'] });
  await answers(snooze, context, { words: [blog, '1h'] });
  const attention = { ...context.settings.attention, snooze: ['quiet'] };
  const [all] = await answers(snooze, { ...context, settings: { ...context.settings, attention } }, { words: [] });
  const [inTwo, inOne] = [passing.clock.now + 2 * 3_600_000, passing.clock.now + 3_600_000];
  expect(all?.json).toEqual({
    snoozed: [
      { session: blog, until: new Date(inOne).toISOString() },
      { session: shop, until: new Date(inTwo).toISOString() },
      { session: 'quiet', until: null },
    ],
  });
  expect(all?.text.split('\n')).toEqual([
    `${blog}: no waiting of it is told until ${clock(inOne)}.`,
    `${shop}: no waiting of it is told until ${clock(inTwo)}.`,
    'quiet: no waiting of it is told, by attention.snooze in the config.',
  ]);
  await answers(snooze, context, { words: [shop, blog, '0s'] });
  expect((await answers(snooze, context, { words: [] }))[0]?.json).toEqual({ snoozed: [] });
});

test.each([
  [['shop-creator-claud', '2h'], `there is no session shop-creator-claud`],
  [[shop], 'is no duration'],
  [[shop, '2'], '2 is no duration'],
  [['2h'], 'no session is named'],
  [['shop', '99999999d'], '99999999d is no duration'],
])('%j is refused before anything is written', async (words, message) => {
  const { context, passing } = scriptedWorld();
  const refused = answers(snooze, context, { words });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(answers(snooze, context, { words })).rejects.toThrow(message);
  expect(await passing.ports.log.read()).toEqual([]);
});
