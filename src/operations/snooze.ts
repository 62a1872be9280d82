import { isoMillis } from '../core/words/time.ts';
import { clean } from '../core/words/text.ts';
import { parseDuration } from '../config/duration.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { SnoozeAnswer } from './answers/history.ts';
import type { Context } from './context.ts';
import type { Answer, Operation } from './operation.ts';
import { assertKnown } from './sessions/assert-known.ts';
import { localTimes } from './text/local-zone.ts';

export const snooze: Operation<SnoozeAnswer> = {
  name: 'snooze',
  summary: 'be silent about a waiting session for a while: SESSION 2h; alone, list what is snoozed',
  description:
    '`status` and `digest` show it as snoozed. Meanwhile `needs-you` is not told of that session, and what was told is closed. If it still waits afterwards, that is told. ' +
    '`snooze SESSION 0s` ends it. For good: `attention.snooze` in the config.',
  argument: {
    name: 'session',
    description: 'one or more sessions, and at last for how long: 30m, 2h, 1d',
    required: false,
    variadic: true,
  },
  flags: [],
  async *run(context, { words }) {
    if (words.length === 0) return yield await listed(context);
    const duration = words.at(-1) ?? '';
    const sessions = [...new Set(words.slice(0, -1))];
    const ms = parseDuration(duration);
    if (ms === null || sessions.length === 0) {
      const message = ms === null ? `${clean(duration)} is no duration` : 'no session is named';
      throw new UsageError(message, { cure: 'say which session, and for how long: asm snooze SESSION 2h' });
    }
    await assertKnown(sessions, [], context);
    const until = context.now() + ms;
    await context.log().append(sessions.map((session) => ({ kind: 'snoozed', session, until })));
    const what =
      ms === 0
        ? 'a waiting of it is told again.'
        : `no waiting of it is told until ${localTimes(context.now())(until)}.`;
    yield {
      json: { snoozed: sessions.map((session) => ({ session, until: isoMillis(until) })) },
      text: sessions.map((session) => `${clean(session)}: ${what}`).join('\n'),
      exit: exitCode.done,
    };
  },
};

/** Lists every session whose waiting is not told now: the first to be told again first, then those of the config. */
async function listed(context: Context): Promise<Answer<SnoozeAnswer>> {
  const now = context.now();
  const { snoozed } = await context.log().ledger();
  const forGood = context.settings.attention.snooze;
  const rows = [...snoozed]
    .filter(([session, until]) => until > now && !forGood.includes(session))
    .toSorted(([, one], [, other]) => one - other);
  const lines = [
    ...rows.map(([session, until]) => `${clean(session)}: no waiting of it is told until ${localTimes(now)(until)}.`),
    ...forGood.map((session) => `${clean(session)}: no waiting of it is told, by attention.snooze in the config.`),
  ];
  return {
    json: {
      snoozed: [
        ...rows.map(([session, until]) => ({ session, until: isoMillis(until) })),
        ...forGood.map((session) => ({ session, until: null })),
      ],
    },
    text: lines.length === 0 ? 'no session is snoozed' : lines.join('\n'),
    exit: exitCode.done,
  };
}
