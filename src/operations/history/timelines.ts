import { joinShort } from '../../core/timeline/join-short.ts';
import { bandNames, timelines, type Band } from '../../core/timeline/bands.ts';
import { keyIn } from '../../core/model/entry.ts';
import { clean } from '../../core/words/text.ts';
import { hoursAndMinutes, isoMillis, localTime } from '../../core/words/time.ts';
import { exitCode } from '../../errors.ts';
import type { TimelinesAnswer } from '../answers/history.ts';
import type { Context } from '../context.ts';
import type { StateHistory } from '../../log/state-history.ts';
import { nothingSince } from './nothing-since.ts';
import type { Answer } from '../operation.ts';
import { assertKnown } from '../sessions/assert-known.ts';
import { localZone } from '../text/local-zone.ts';

/**
 * Returns what the sessions were, as spans of time. A row with very many of them is joined to what can be drawn.
 * @param since ms since 1970; `null`: from the beginning
 * @param session `null`: all
 * @throws UsageError for an unknown session
 */
export async function timelinesAnswer(
  context: Context,
  { since, session }: { readonly since: number | null; readonly session: string | null },
): Promise<Answer<TimelinesAnswer>> {
  const history = context.stateHistory();
  const lines = await history.read(since ?? 0);
  const now = context.now();
  const span = { from: Math.min(since ?? lines[0]?.at ?? now, now), to: now };
  const all = timelines(lines, span, await history.watchedUntil());
  if (session !== null)
    await assertKnown(
      [session],
      all.map((one) => one.session),
      context,
    );
  const wanted = all.filter((one) => session === null || one.session === session);
  const rows = wanted.map(({ entry, session: name, workspace, agent, bands }) => ({
    session: name,
    socket: keyIn(entry).socket,
    workspace,
    agent,
    bands: joinShort(bands, span),
  }));
  const json = {
    from: isoMillis(span.from),
    to: isoMillis(span.to),
    timelines: rows.map((row) => ({
      ...row,
      bands: row.bands.map((band) => ({ ...band, from: isoMillis(band.from), to: isoMillis(band.to) })),
    })),
  };
  const text = rows.flatMap((row) => [clean(row.session), ...row.bands.map((band) => bandText(band, now))]);
  if (text.length > 0) return { json, text: text.join('\n'), exit: exitCode.done };
  const isSilent = since !== null && (await hasAny(history, session));
  return { json, text: isSilent ? nothingSince(since) : 'nothing yet', exit: exitCode.done };
}

/** Decides whether the history tells anything of a session; `null`: of any. */
async function hasAny(history: Pick<StateHistory, 'read'>, session: string | null): Promise<boolean> {
  const lines = await history.read(0);
  return lines.some((line) => line.kind === 'state' && (session === null || line.session === session));
}

function bandText({ from, to, what }: Band, now: number): string {
  const time = (ms: number): string => localTime(ms, now, localZone);
  return `  ${time(from)} to ${to === now ? 'now' : time(to)}  ${bandNames[what]} ${hoursAndMinutes(to - from)}`;
}
