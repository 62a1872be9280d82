import { isoMillis, isoSeconds } from '../core/words/time.ts';
import { clean } from '../core/words/text.ts';
import { parseDuration } from '../config/duration.ts';
import { exitCode, RegistryError, UsageError } from '../errors.ts';
import { unknownName } from '../system/unknown-name.ts';
import type { SnoozeAnswer } from './answers/history.ts';
import type { Context } from './context.ts';
import type { Operation } from './operation.ts';

export const snooze: Operation<SnoozeAnswer> = {
  name: 'snooze',
  summary: 'be silent about a waiting session for a while: SESSION 2h',
  description:
    'Meanwhile `needs-you` is not told of that session, and what was told is closed. If it still waits afterwards, that is told. ' +
    '`snooze SESSION 0s` ends it. For good: `attention.snooze` in the config.',
  argument: {
    name: 'session',
    description: 'one or more sessions, and at last for how long: 30m, 2h, 1d',
    required: true,
    variadic: true,
  },
  flags: [],
  async *run(context, { words }) {
    const duration = words.at(-1) ?? '';
    const sessions = [...new Set(words.slice(0, -1))];
    const ms = parseDuration(duration);
    if (ms === null || sessions.length === 0) {
      const message = ms === null ? `${clean(duration)} is no duration` : 'no session is named';
      throw new UsageError(message, { cure: 'say which session, and for how long: asm snooze SESSION 2h' });
    }
    await assertKnown(sessions, context);
    const until = context.now() + ms;
    await context.log().append(sessions.map((session) => ({ kind: 'snoozed', session, until })));
    const what = ms === 0 ? 'a waiting of it is told again.' : `no waiting of it is told until ${isoSeconds(until)}.`;
    yield {
      json: { snoozed: sessions.map((session) => ({ session, until: isoMillis(until) })) },
      text: sessions.map((session) => `${clean(session)}: ${what}`).join('\n'),
      exit: exitCode.done,
    };
  },
};

/** @throws UsageError for a session that the registry does not hold; RegistryError if it cannot be read */
async function assertKnown(sessions: readonly string[], context: Context): Promise<void> {
  const { knowsEntries } = await context.log().ledger();
  const read = await context.registryFile().read({ knowsEntries, ours: new Set(), mayCache: false });
  if (read.kind === 'unreadable') throw new RegistryError(read.message, { where: read.where, cure: read.cure });
  const names = read.registry.entries.map(({ session }) => session);
  const unknown = sessions.find((session) => !names.includes(session));
  if (unknown !== undefined) throw unknownName('session', unknown, names, '`asm status` shows the sessions there are');
}
