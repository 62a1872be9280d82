import { pairsOf, type EntryId } from '../../core/model/branded.ts';
import type { Drift } from '../../core/model/drift.ts';
import { autoDetected, entryId, isLeftAlone, type Entry } from '../../core/model/entry.ts';
import type { Plan } from '../../core/model/plan.ts';
import type { Event } from '../../log/log.ts';
import { openedBy } from '../../log/event-drifts.ts';
import type { PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';

/** What was lost within so long is brought back without being named; ms. */
const recentMs = 24 * 60 * 60_000;

/**
 * Returns the sessions that were lost and are not back: those of the last mass event and what was lost since, and what
 * was lost within the last day. What the user ended is not lost. It is the one rule of what `resume` brings back when no
 * session is named, and what `status` and `digest` say of it.
 * @param now ms since 1970
 */
export function lostSessions(
  sessions: readonly SessionSeen[],
  events: readonly Event[],
  { plan }: Pick<PassReport, 'plan'>,
  now: number,
): readonly SessionSeen[] {
  const lost = sessions.filter(isLost);
  const last = lastMassEvent(events, plan, now);
  const isOfEvent = ({ entry }: SessionSeen): boolean => last?.entries.has(entryId(entry)) === true;
  // A session that died shortly before its server belongs to the same bad night.
  const since = Math.min(now - recentMs, last !== null && lost.some(isOfEvent) ? last.at : Infinity);
  return lost.filter((one) => isOfEvent(one) || (lostAt(one.entry) ?? -Infinity) > since);
}

interface MassDeath {
  readonly entries: ReadonlySet<EntryId>;
  /** ms since 1970. */
  readonly at: number;
}

/** Returns the mass event that this pass sees, else the last one of the log. */
function lastMassEvent(events: readonly Event[], plan: Plan, now: number): MassDeath | null {
  const seen = plan.drifts.find(isMass);
  if (seen !== undefined) return { entries: entriesOf(seen), at: now };
  const opens = openedBy(events);
  const told = events.flatMap((event) => opens(event).map((drift) => ({ drift, at: Date.parse(event.at) })));
  const last = told.findLast(({ drift }) => isMass(drift));
  return last === undefined ? null : { entries: entriesOf(last.drift), at: last.at };
}

/** Decides whether it should run here and does not. An entry that is marked terminated counts if the monitor did it. */
export function isLost({ entry, verdict }: Pick<SessionSeen, 'entry' | 'verdict'>): boolean {
  if (verdict === null || verdict.elsewhere !== null || isLeftAlone(entry)) return false;
  if (isDeserted({ verdict })) return entry.status === 'running' || entry.terminationMode === autoDetected;
  if (entry.status === 'running') return verdict.liveness === 'gone';
  return entry.terminationMode === autoDetected && verdict.liveness !== 'alive';
}

/** Decides whether it should run here, and whether it does is not known: it may be lost. */
export function mayBeLost({ entry, verdict }: Pick<SessionSeen, 'entry' | 'verdict'>): boolean {
  if (verdict?.elsewhere != null || isLeftAlone(entry)) return false;
  return entry.status === 'running' && (verdict?.liveness ?? 'unknown') === 'unknown';
}

/** Decides whether its session lives, and no agent is left in it. */
export function isDeserted({ verdict }: Pick<SessionSeen, 'verdict'>): boolean {
  return verdict?.liveness === 'alive' && verdict.activity === 'exited';
}

/** Returns when it was lost: a running entry was lost just now; ms since 1970. */
function lostAt({ status, terminatedAt }: Entry): number | null {
  return status === 'running' ? Infinity : terminatedAt;
}

function isMass({ kind }: Pick<Drift, 'kind'>): boolean {
  return kind === 'host-rebooted' || kind === 'tmux-server-died';
}

function entriesOf({ entryKeys = {} }: Pick<Drift, 'entryKeys'>): ReadonlySet<EntryId> {
  return new Set(pairsOf(entryKeys).map(([id]) => id));
}
