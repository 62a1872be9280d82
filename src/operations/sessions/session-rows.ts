import { currentId } from '../../core/model/id-fields.ts';
import { entryId, type Entry, isLeftAlone } from '../../core/model/entry.ts';
import { groupOf, type Group } from '../../core/model/group.ts';
import { snoozeOf } from '../../core/model/snooze.ts';
import type { Verdict } from '../../core/model/plan.ts';
import { lineOf, resumeOf, type Resume } from '../../core/resume/resume.ts';
import { clean } from '../../core/words/text.ts';
import { isoMillis } from '../../core/words/time.ts';
import { activityFields } from '../../pass/render.ts';
import type { SessionRow } from '../answers/sessions.ts';
import { activityText } from '../text/activity.ts';
import type { PassReport } from '../context.ts';
import { jobState } from '../text/job.ts';
import { unknownSession } from './unknown-session.ts';

/** An entry with the answers of one pass. */
export interface SessionSeen {
  readonly entry: Entry;
  /** `null`: the pass judged no such entry. */
  readonly verdict: Verdict | null;
  readonly group: Group;
  readonly row: SessionRow;
}

/**
 * Returns the sessions of the registry in its order, all or those of that name: two entries may share one if their
 * sockets differ. `status`, `explain` and the tools are views of it.
 * @throws UsageError for a name that no entry has
 */
export function sessionsIn(report: PassReport, name: string | null): readonly SessionSeen[] {
  const verdicts = new Map(report.plan.verdicts.map((verdict) => [entryId(verdict.entry), verdict]));
  const entries = report.registry.entries.filter(({ session }) => name === null || session === name);
  if (name !== null && entries.length === 0) throw unknownSession(name, report);
  return entries.map((entry) => {
    const verdict = verdicts.get(entryId(entry)) ?? null;
    const group = groupOf(entry, verdict, report.observation.at);
    return { entry, verdict, group, row: rowOf(entry, verdict, group, report) };
  });
}

function rowOf(entry: Entry, verdict: Verdict | null, group: Group, report: PassReport): SessionRow {
  const { observation, document } = report;
  const liveness = verdict?.liveness ?? 'unknown';
  return {
    session: entry.session,
    workspace: entry.workspace,
    agent: entry.agent ?? (entry.otherAgent === undefined ? null : clean(entry.otherAgent)),
    status: entry.status ?? (entry.otherStatus === null ? null : clean(entry.otherStatus)),
    liveness,
    group,
    state:
      stateOf(entry, verdict, observation.at) +
      (isLeftAlone(entry) ? '' : jobState(entry.jobId, liveness, observation)),
    ...activityFields(verdict),
    snoozed: snoozedOf(entry, report),
    since: sinceOf(entry, verdict, report),
    state_since: stateSinceOf(entry, verdict, report),
    seen_since: null,
    id: verdict?.identity?.id ?? currentId(entry),
    job: entry.jobId,
    resume: lineOf(resumeFor(entry, verdict, report)),
    host: document.host,
    place: placeOf(verdict, document.host),
    reason: verdict?.doubt?.reason ?? null,
    cure: verdict?.doubt?.cure ?? null,
  };
}

function snoozedOf({ session }: Entry, { input }: PassReport): SessionRow['snoozed'] {
  const snooze = snoozeOf(session, input);
  return snooze === null ? null : { until: iso(snooze.until) };
}

/** Returns the place to show; for a session that was never seen, it is only known that it may not run here. */
function placeOf(verdict: Verdict | null, host: string): string | null {
  const isUnplaced = verdict?.evidence.some(({ source }) => source === 'place') === true;
  return verdict?.elsewhere?.host ?? (isUnplaced ? null : host);
}

/**
 * Returns how to resume its conversation; `null` also if an agent still runs in its session, here or in another place.
 */
export function resumeFor(
  entry: Entry,
  verdict: Verdict | null,
  { plan, observation }: Pick<PassReport, 'plan' | 'observation'>,
): Resume | null {
  const isRunning = verdict?.liveness === 'alive' && verdict.activity !== 'exited';
  return isRunning || verdict?.elsewhere != null
    ? null
    : resumeOf(entry, plan.nextMemory.entries[entryId(entry)] ?? null, observation);
}

/** Decides whether a session should run and does not: `status` then ends with 1. */
export function isDown(row: SessionRow): boolean {
  if (row.status !== 'running' || row.group === 'left-alone') return false;
  return row.liveness === 'gone' || row.group === 'exited';
}

function stateOf(entry: Entry, verdict: Verdict | null, now: number): string {
  if (entry.halfTyped !== null) return 'half typed';
  if (isLeftAlone(entry)) return 'left alone';
  if (verdict === null) return 'unknown';
  if (entry.status === 'terminated' && verdict.liveness !== 'alive') return 'terminated';
  if (verdict.outlives) return 'terminated · still alive';
  if (entry.status === 'terminated') return `${activityText(activityFields(verdict), now)} · entry says terminated`;
  if (verdict.elsewhere !== null) return elsewhereText(verdict.elsewhere);
  if (verdict.liveness !== 'alive') return verdict.liveness;
  return activityText(activityFields(verdict), now);
}

function elsewhereText({ host, hasNamesake }: NonNullable<Verdict['elsewhere']>): string {
  return `elsewhere (${clean(host)})${hasNamesake ? ' · a session of that name runs here' : ''}`;
}

function sinceOf(entry: Entry, verdict: Verdict | null, { plan }: PassReport): string | null {
  if (verdict?.liveness === 'alive' && !verdict.outlives) return iso(verdict.agent?.startedAt ?? entry.createdAt);
  if (entry.status === 'terminated') return iso(entry.terminatedAt);
  if (verdict?.liveness === 'unknown')
    return iso(plan.blind.find((one) => one.source.includes(verdict.socket ?? '\0'))?.since ?? null);
  return null;
}

/** Returns since when it is in its state, as the agent itself, the registry or the pass says; `null`: they do not. */
function stateSinceOf(entry: Entry, verdict: Verdict | null, report: PassReport): string | null {
  if (isLeftAlone(entry) || verdict === null) return null;
  if (verdict.outlives) return null;
  if (verdict.liveness === 'alive') return iso(verdict.waiting?.since ?? verdict.activitySince);
  if (entry.status === 'terminated') return iso(entry.terminatedAt);
  return verdict.liveness === 'unknown' ? sinceOf(entry, verdict, report) : null;
}

function iso(ms: number | null): string | null {
  return ms === null ? null : isoMillis(ms);
}
