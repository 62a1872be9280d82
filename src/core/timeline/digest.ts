import type { WaitingFor } from '../model/activity.ts';
import type { EntryId } from '../model/branded.ts';
import type { JobState } from '../model/job.ts';
import { deathsIn, endedByUser, type Death, type UserEnd } from './deaths.ts';
import type { DigestInput, FoundDrift, KnownJob, PresentSession } from './digest-input.ts';
import { timelines } from './bands.ts';
import { addWork, workedUntil, type Works } from './finished.ts';
import { sessionTimes, workedIn, type SessionTimes } from './session-times.ts';
import { unwatchedSpans, type Span } from './unwatched.ts';

export interface Digest {
  readonly span: Span;
  /** Sessions that wait now, the longest first. */
  readonly waiting: readonly {
    readonly session: string;
    readonly for: WaitingFor | null;
    readonly since: number | null;
    readonly snoozed: PresentSession['snoozed'];
  }[];
  /**
   * Sessions that finished their work in the span and idle now, the latest last. `since`: `null` if that is not known.
   * `workedMs`: the work since they idled before.
   */
  readonly idle: readonly { readonly session: string; readonly since: number | null; readonly workedMs: number }[];
  /** Oldest first. */
  readonly deaths: readonly Death[];
  readonly endedByUser: readonly UserEnd[];
  /** Sessions that died in the span and do not run, once each. */
  readonly lost: readonly string[];
  /** Sessions that had died before the span, and run again. */
  readonly back: readonly { readonly session: string; readonly at: number }[];
  readonly fresh: readonly { readonly session: string; readonly at: number }[];
  readonly ids: readonly {
    readonly session: string;
    readonly at: number;
    readonly from: string | null;
    readonly to: string;
  }[];
  readonly finishedJobs: readonly FinishedJob[];
  /** Jobs that run in sessions that were gone, as their drifts say. */
  readonly orphanedJobs: readonly FoundDrift[];
  /** Sources that could not be read for long; also those that are blind still. */
  readonly blind: readonly FoundDrift[];
  /** Every other drift of the span. */
  readonly others: readonly FoundDrift[];
  readonly unwatched: readonly Span[];
  /** How long each session was what, the one that worked longest first. */
  readonly times: readonly SessionTimes[];
}

export interface FinishedJob extends Pick<KnownJob, 'id' | 'session' | 'state'> {
  readonly at: number;
}

/** Returns what happened between two times. */
export function digestOf(input: DigestInput): Digest {
  const { span, sessions, lines, watchedUntil } = input;
  const drifts = input.drifts.filter(({ at }) => isIn(at, span));
  const kept = drifts.filter(({ takenBack }) => !takenBack);
  const rows = timelines(lines, span, watchedUntil);
  const unwatched = unwatchedSpans(lines, span, watchedUntil);
  const times = sessionTimes(rows).toSorted((one, other) => workedIn(other) - workedIn(one));
  const deaths = deathsIn(drifts, sessions, { timelines: rows, unwatched });
  return {
    span,
    waiting: waitingNow(sessions),
    idle: finishedNow(input, times),
    deaths,
    endedByUser: endedByUser(drifts, sessions, deaths, times, span),
    lost: lostIn(deaths, sessions),
    back: backIn(kept, deaths),
    fresh: freshIn(kept, sessions, span),
    ids: kept.flatMap(({ idChange: change, sessions: [session], at }) =>
      change === null || session === undefined ? [] : [{ session, at, ...change }],
    ),
    finishedJobs: finishedJobs(input),
    orphanedJobs: drifts.filter(({ kind }) => kind === 'job-orphaned'),
    blind: input.drifts.filter(
      ({ kind, at, end }) => kind === 'blind' && at < span.to && (end?.at ?? span.to) > span.from,
    ),
    others: drifts.filter(({ kind, idChange: change }) => change === null && !toldElsewhere.has(kind)),
    unwatched,
    times,
  };
}

/** Kinds that another part of the digest tells. A revival shows at the death: the session is back. */
const toldElsewhere: ReadonlySet<string> = new Set([
  'session-gone',
  'host-rebooted',
  'tmux-server-died',
  'agent-exited',
  'session-revived',
  'session-unregistered',
  'needs-you',
  'job-orphaned',
  'blind',
]);

function isIn(at: number, { from, to }: Span): boolean {
  return at >= from && at <= to;
}

function finishedJobs({ jobs, span }: DigestInput): readonly FinishedJob[] {
  return jobs.flatMap(({ id, session, state, updatedAt: at }) =>
    isOver(state) && at !== null && isIn(at, span) ? [{ id, session, state, at }] : [],
  );
}

function isOver(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

function waitingNow(sessions: readonly PresentSession[]): Digest['waiting'] {
  const waiting = sessions.flatMap(({ session, waiting: wait, snoozed }) =>
    wait === null ? [] : [{ session, ...wait, snoozed }],
  );
  return waiting.toSorted((one, other) => (one.since ?? Infinity) - (other.since ?? Infinity));
}

function finishedNow(input: DigestInput, times: readonly SessionTimes[]): Digest['idle'] {
  const last = new Map(times.map((one) => [one.session, one.last]));
  const works = lastWorks(input);
  const idleNow = input.sessions.flatMap(({ session, idle }) => {
    const workedMs = works.get(session) ?? 0;
    if (idle === null || workedMs < input.workedMs) return [];
    const band = last.get(session);
    return [{ session, since: idle.since ?? (band?.what === 'idle' ? band.from : null), workedMs }];
  });
  return idleNow.toSorted((one, other) => (one.since ?? 0) - (other.since ?? 0));
}

/**
 * Returns how long each session worked last in the span, by the rule of the notice `finished`: the work that it
 * finished, or that was under way when the watch ended.
 */
function lastWorks({ lines, span, watchedUntil }: DigestInput): ReadonlyMap<string, number> {
  const works: Works = new Map();
  const last = new Map<string, number>();
  const names = new Map<EntryId, string>();
  const end = { kind: 'watch-ended', at: Math.min(watchedUntil ?? span.to, span.to) } as const;
  for (const line of [...lines, end]) {
    const finished = addWork(works, line, span.from);
    if (line.kind !== 'state') continue;
    const { entry, session, state } = line;
    // A new watch writes once more that it idles.
    if (finished !== null) last.set(session, finished.workedMs);
    else if (state.activity !== 'idle') last.delete(session);
    names.set(entry, session);
  }
  for (const [entry, session] of names) {
    const underWay = workedUntil(works, entry, span.to);
    if (underWay > 0) last.set(session, underWay);
  }
  return last;
}

/** Returns the sessions of the deaths that are not back, once each; never one that the user ended since. */
function lostIn(deaths: readonly Death[], sessions: readonly PresentSession[]): readonly string[] {
  const present = new Map(sessions.map((one) => [one.session, one]));
  const left = deaths.flatMap((death) => death.sessions.filter(({ now }) => now === 'ended'));
  return [...new Set(left.map(({ session }) => session))].filter(
    (session) => present.get(session)?.ended?.byUser === false || present.get(session)?.ended === null,
  );
}

/** Returns the sessions that came back in the span, of those whose death the digest does not tell; once each. */
function backIn(drifts: readonly FoundDrift[], deaths: readonly Death[]): Digest['back'] {
  const told = new Set(deaths.flatMap((death) => death.sessions.map(({ session }) => session)));
  const revived = drifts
    .filter(({ kind }) => kind === 'session-revived')
    .flatMap(({ at, sessions: [session] }) => (session === undefined || told.has(session) ? [] : [{ session, at }]));
  return [...new Map(revived.map((one) => [one.session, one])).values()];
}

/** Returns the sessions that were registered in the span, by the monitor or by hand. */
function freshIn(drifts: readonly FoundDrift[], sessions: readonly PresentSession[], span: Span): Digest['fresh'] {
  const found = drifts
    .filter(({ kind }) => kind === 'session-unregistered')
    .flatMap(({ at, sessions: [session] }) => (session === undefined ? [] : [{ session, at }]));
  const known = new Set(found.map(({ session }) => session));
  const written = sessions.flatMap(({ session, createdAt }) =>
    createdAt !== null && isIn(createdAt, span) && !known.has(session) ? [{ session, at: createdAt }] : [],
  );
  return [...found, ...written].toSorted((one, other) => one.at - other.at);
}
