import { autoDetected } from '../../core/model/entry.ts';
import type { KnownJob, PresentSession } from '../../core/timeline/digest-input.ts';
import { digestOf, type Digest } from '../../core/timeline/digest.ts';
import type { Span } from '../../core/timeline/unwatched.ts';
import type { Context, PassReport } from '../context.ts';
import { lostSessions } from '../resume/lost-sessions.ts';
import { sessionsIn, type SessionSeen } from '../sessions/session-rows.ts';
import { withStateSince } from '../sessions/with-state-since.ts';
import { foundDrifts, logReachesTo } from './found-drifts.ts';
import { lostWith, type LostSession } from './lost-with.ts';

/** What a digest is made from beside the span, and what it says of its sources. */
export interface ReadDigest {
  readonly digest: Digest;
  readonly report: PassReport;
  /** The sessions that died in the span and do not run, and how each comes back. */
  readonly lost: readonly LostSession[];
  /** The sessions that `resume` takes when none is named, in the order of the registry. */
  readonly lostByDefault: readonly string[];
  /** Those of them that were lost before the span, as far as there is a way back. */
  readonly lostBefore: readonly LostSession[];
  /** From when on the log is whole, where that is later than the span's beginning; ms since 1970. */
  readonly reachesTo: { readonly at: number; readonly isBeginning: boolean } | null;
  /** Why the jobs could not all be read; `null`: they could. */
  readonly jobsUnread: string | null;
}

/**
 * Reads the log, the state history and the jobs, and looks once at the sessions without writing anything.
 * @throws RegistryError if the registry or the log cannot be read
 */
export async function readDigest(context: Context, span: Span): Promise<ReadDigest> {
  const report = await context.pass({ mode: 'dry-run' });
  const [events, lines, watchedUntil] = await Promise.all([
    context.log().read(),
    context.stateHistory().read(span.from),
    context.stateHistory().watchedUntil(),
  ]);
  const { jobs, unread } = await readJobs(context);
  const sessions = await withStateSince(sessionsIn(report, null), context.stateHistory(), report.observation.at);
  const byDefault = lostSessions(sessions, events, report, context.now());
  const digest = digestOf({
    span,
    lines,
    watchedUntil,
    // A session that only a pass that writes would register is not new in the registry.
    drifts: foundDrifts(
      events,
      report.document.standing.filter(({ kind }) => kind !== 'session-unregistered'),
      Math.min(report.observation.at, span.to),
    ),
    sessions: sessions.map(presentOf),
    jobs,
    workedMs: context.settings.attention.workedMs,
  });
  const reaches = logReachesTo(events);
  const died = new Set(digest.deaths.flatMap((death) => death.sessions.map(({ session }) => session)));
  const before = byDefault.filter(({ entry: { session } }) => !died.has(session));
  return {
    digest,
    report,
    lost: lostWith(new Set(digest.lost), sessions, report),
    lostByDefault: [...new Set(byDefault.map(({ entry }) => entry.session))],
    lostBefore: lostWith(new Set(before.map(({ entry }) => entry.session)), before, report).filter(
      ({ wayBack }) => wayBack.kind !== 'none',
    ),
    reachesTo: reaches === null || reaches.at <= span.from ? null : reaches,
    jobsUnread: unread,
  };
}

async function readJobs(
  context: Context,
): Promise<{ readonly jobs: readonly KnownJob[]; readonly unread: string | null }> {
  const { jobs, blind } = await context.jobs().list();
  return {
    jobs: jobs.map(({ id, session, state, updated_at: at }) => ({ id, session, state, updatedAt: timeIn(at) })),
    unread: blind === null ? null : blind.message,
  };
}

/** Returns the time of a text that another tool may have written; `null`: it is none. */
function timeIn(text: string | null): number | null {
  const time = text === null ? NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function presentOf({ entry, group, row }: SessionSeen): PresentSession {
  const { session, workspace, liveness, activity, waiting_for: reason, waiting_since: since } = row;
  return {
    session,
    workspace,
    runs: liveness === 'unknown' ? null : liveness === 'alive' && activity !== 'exited',
    waiting: group === 'needs-you' ? { for: reason, since: timeIn(since) } : null,
    snoozed: row.snoozed === null ? null : { until: timeIn(row.snoozed.until) },
    idle: activity === 'idle' ? { since: timeIn(row.state_since) } : null,
    createdAt: entry.createdAt,
    ended:
      entry.status === 'terminated' ? { at: entry.terminatedAt, byUser: entry.terminationMode !== autoDetected } : null,
  };
}
