import type { LoggedDrift } from '../log/log.ts';
import { isoMillis } from '../core/words/time.ts';
import type { DriftDocument, ReconcileDocument } from './document.ts';
import type { PassResult } from './pass.ts';
import { renderDrift } from './render.ts';

/** The news of a reader. */
export interface ReportedNews {
  readonly opened: readonly LoggedDrift[];
  readonly resolved: readonly { readonly drift: LoggedDrift; readonly message: string }[];
}

/** Returns a pass as the JSON document for other programs. */
export function documentOf(result: PassResult, news: ReportedNews): ReconcileDocument {
  const dryRun = result.mode === 'dry-run';
  const planned = new Set(result.standing.map(({ id }) => id));
  return {
    version: 1,
    at: isoMillis(result.at),
    host: result.observation.host,
    dry_run: dryRun,
    registry: {
      path: result.registry.path,
      entries: result.registry.entries.length + registeredBy(result),
      written: result.written,
      edits: result.edits.length,
    },
    counts: countsOf(result),
    drifts: [
      // What the log alone knows was written before: it would not be written.
      ...news.opened.map((drift) => renderDrift(drift, 'opened', dryRun && planned.has(drift.id))),
      ...news.resolved.map((resolved) => renderResolved(resolved, dryRun)),
    ],
    standing: result.standing.map((drift) => renderDrift(drift, 'opened', dryRun)),
    deferred: result.deferred.map(({ entry, reason, until }) => ({
      session: entry.session,
      reason,
      until: until === null ? null : isoMillis(until),
    })),
    blind: result.plan.blind.map(({ since, ...blind }) => ({ ...blind, since: isoMillis(since) })),
    unknown: unknownIn(result),
    pass: { ms: result.cost.ms, spawns: result.cost.spawns, bytes_read: result.cost.bytesRead },
  };
}

/** Counts the liveness of all entries; a session that was registered just now counts as alive. */
export function countsOf(result: PassResult): ReconcileDocument['counts'] {
  const counted = { alive: registeredBy(result), gone: 0, unknown: 0 };
  for (const { liveness } of result.plan.verdicts) counted[liveness] += 1;
  return counted;
}

/**
 * Returns the counts for people and models, as `1 alive, 0 gone, 0 unknown, 2 elsewhere`. The document counts sessions
 * of another place as unknown; in a sentence that would look as if something were wrong.
 */
export function countsText({ counts, unknown }: Pick<ReconcileDocument, 'counts' | 'unknown'>): string {
  const elsewhere = unknown.filter(({ place }) => place !== null).length;
  const others = elsewhere === 0 ? '' : `, ${elsewhere} elsewhere`;
  return `${counts.alive} alive, ${counts.gone} gone, ${counts.unknown - elsewhere} unknown${others}`;
}

export function unknownIn({ plan }: PassResult): ReconcileDocument['unknown'] {
  return plan.verdicts.flatMap(({ entry, elsewhere, doubt }) =>
    doubt === null
      ? []
      : [{ session: entry.session, place: elsewhere?.host ?? null, reason: doubt.reason, cure: doubt.cure }],
  );
}

function registeredBy({ edits }: PassResult): number {
  return edits.filter((edit) => edit.op === 'register').length;
}

function renderResolved(resolved: ReportedNews['resolved'][number], dryRun: boolean): DriftDocument {
  return { ...renderDrift(resolved.drift, 'resolved', dryRun), message: resolved.message, edits: [] };
}

/** Returns how many changes a pass found: opened drifts and silent edits. */
export function changesIn({ opened, plan }: Pick<PassResult, 'opened' | 'plan'>): number {
  return opened.length + plan.silentEdits.length;
}
