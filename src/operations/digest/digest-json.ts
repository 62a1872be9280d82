import type { FoundDrift } from '../../core/timeline/digest-input.ts';
import type { SessionTimes } from '../../core/timeline/session-times.ts';
import type { Span } from '../../core/timeline/unwatched.ts';
import { isoMillis } from '../../core/words/time.ts';
import type { DigestAnswer } from '../answers/digest.ts';
import { unregistered } from '../sessions/unknown-session.ts';
import { isAbsent } from '../text/registry.ts';
import type { ReadDigest } from './read-digest.ts';
import type { WayBack } from './lost-with.ts';

/** Returns a digest for other programs. */
export function digestJson(
  { digest, report, lost, lostBefore, reachesTo }: ReadDigest,
  about: { readonly askedBefore: number | null; readonly commands: readonly string[] },
): DigestAnswer {
  return {
    registry: { path: report.document.registry.path, exists: !isAbsent(report) },
    span: spanOf(digest.span),
    asked_before: isoOrNull(about.askedBefore),
    log_from: isoOrNull(reachesTo?.at ?? null),
    waiting: digest.waiting.map(({ session, for: reason, since, snoozed }) => ({
      session,
      waiting_for: reason,
      waiting_since: isoOrNull(since),
      snoozed: snoozed === null ? null : { until: isoOrNull(snoozed.until) },
    })),
    idle: digest.idle.map(({ session, since, workedMs }) => ({ session, since: isoOrNull(since), worked: workedMs })),
    deaths: digest.deaths.map(({ at, cause, message, sessions }) => ({
      at: isoMillis(at),
      cause,
      message,
      sessions: sessions.map(({ session, now, diedAgainAt, lastAlive: last }) => ({
        session,
        now,
        died_again: isoOrNull(diedAgainAt),
        did: last.kind === 'watched' && last.what !== 'alive' ? last.what : null,
        last_alive: last.kind === 'seen' ? isoMillis(last.at) : null,
      })),
    })),
    ended_by_user: digest.endedByUser.map(withTime),
    lost: lost.map(({ session, wayBack }) => ({ session, ...wayOf(wayBack) })),
    lost_before: lostBefore.map(({ session }) => session),
    paste: about.commands,
    back: digest.back.map(withTime),
    new_sessions: digest.fresh.map(withTime),
    unregistered: unregistered(report),
    ids: digest.ids.map(({ session, at, from, to }) => ({ session, at: isoMillis(at), from, to })),
    finished_jobs: digest.finishedJobs.map(({ id, session, state, at }) => ({ id, session, state, at: isoMillis(at) })),
    orphaned_jobs: digest.orphanedJobs.map(findingOf),
    blind: digest.blind.map(findingOf),
    others: digest.others.map(findingOf),
    unwatched: digest.unwatched.map(spanOf),
    times: digest.times.map(timesOf),
  };
}

function wayOf(way: WayBack): Pick<DigestAnswer['lost'][number], 'line' | 'where' | 'reason'> {
  switch (way.kind) {
    case 'script':
      return { line: way.line, where: 'any-shell', reason: null };
    case 'own-shell':
      return { line: way.line, where: 'own-shell', reason: null };
    case 'none':
      return { line: null, where: null, reason: way.reason };
  }
}

function timesOf({ session, workspace, agent, since, ms, waits }: SessionTimes): DigestAnswer['times'][number] {
  return {
    session,
    workspace,
    agent,
    since: isoMillis(since),
    ...ms,
    waits: waits.count,
    longest_wait: waits.longestMs,
  };
}

function findingOf({ id, kind, at, end, sessions, message }: FoundDrift): DigestAnswer['others'][number] {
  return { drift: id, kind, at: isoMillis(at), until: isoOrNull(end?.at ?? null), sessions, message };
}

function withTime({ session, at }: { readonly session: string; readonly at: number }) {
  return { session, at: isoMillis(at) };
}

function spanOf({ from, to }: Span): DigestAnswer['span'] {
  return { from: isoMillis(from), to: isoMillis(to) };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoMillis(ms);
}
