import type { Activity, WaitingFor } from '../core/model/activity.ts';
import type { Agent } from '../core/model/entry.ts';
import type { DriftClass, DriftKindName, Edit, Evidence, Value } from '../core/model/drift.ts';
import type { Verdict } from '../core/model/plan.ts';
import { isoMillis } from '../core/words/time.ts';
import type { LoggedDrift } from '../log/log.ts';

/** What one pass answers as JSON. Times are ISO 8601 UTC with milliseconds. */
export interface ReconcileDocument {
  readonly version: 1;
  readonly at: string;
  readonly host: string;
  readonly dry_run: boolean;
  /** `entries` counts after registering, `edits` the changed values. */
  readonly registry: {
    readonly path: string;
    readonly entries: number;
    readonly written: boolean;
    readonly edits: number;
  };
  /** Liveness over all entries, terminated ones too. */
  readonly counts: { readonly alive: number; readonly gone: number; readonly unknown: number };
  /** News: opened or resolved since this reader was last told. */
  readonly drifts: readonly DriftDocument[];
  /** Every drift that is open now, old and new. */
  readonly standing: readonly DriftDocument[];
  readonly deferred: readonly DeferredDocument[];
  readonly blind: readonly BlindDocument[];
  /** Entries that are `unknown`: why, and what would settle it. */
  readonly unknown: readonly UnknownDocument[];
  readonly pass: { readonly ms: number; readonly spawns: number; readonly bytes_read: number };
}

export interface DriftDocument {
  readonly id: string;
  readonly kind: DriftKindName;
  readonly class: DriftClass;
  readonly state: DriftState;
  /** Mass events carry `sessions` instead. */
  readonly session?: string | null;
  readonly sessions?: readonly string[];
  readonly workspace: string | null;
  readonly agent: Agent | null;
  readonly message: string;
  readonly evidence: readonly EvidenceDocument[];
  readonly edits: readonly EditDocument[];
  readonly resume?: string;
}

export type DriftState = 'opened' | 'resolved';

export interface EvidenceDocument {
  readonly source: string;
  readonly said: string;
  readonly at: string;
}

/** `path` names the entry by its session name in both registry shapes. */
export interface EditDocument {
  readonly path: readonly string[];
  readonly from: Value;
  readonly to: Value;
}

export interface DeferredDocument {
  readonly session: string;
  readonly reason: string;
  readonly until: string | null;
}

export interface BlindDocument {
  readonly source: string;
  readonly since: string;
  readonly reason: string;
  readonly cure: string;
}

export interface UnknownDocument {
  readonly session: string;
  /** The host of the other place to which it belongs; `null`: it belongs to this one, or to none yet. */
  readonly place: string | null;
  readonly reason: string;
  readonly cure: string;
}

/** What a session's agent does and waits for: in `status --json` and on the broker. */
export interface ActivityFields {
  /** `unknown` where the agent does not say; `null` for a session that does not live. */
  readonly activity: Activity | 'unknown' | null;
  readonly waiting_for: WaitingFor | null;
  readonly waiting_since: string | null;
}

export function activityFields(
  verdict: Pick<Verdict, 'liveness' | 'activity' | 'waiting'> | undefined | null,
): ActivityFields {
  if (verdict?.liveness !== 'alive') return { activity: null, waiting_for: null, waiting_since: null };
  const { activity, waiting } = verdict;
  const since = waiting?.since ?? null;
  return {
    activity: activity ?? 'unknown',
    waiting_for: waiting?.for ?? null,
    waiting_since: since === null ? null : isoMillis(since),
  };
}

/** A drift as everybody outside sees it. */
export function renderDrift(drift: LoggedDrift, state: DriftState, dryRun: boolean): DriftDocument {
  return {
    id: drift.id,
    kind: drift.kind,
    class: drift.class,
    state,
    ...(drift.sessions === undefined ? { session: drift.session } : { sessions: drift.sessions }),
    workspace: drift.workspace,
    agent: drift.agent,
    message: dryRun ? (drift.dryRunMessage ?? drift.message) : drift.message,
    evidence: drift.evidence.map(renderEvidence),
    edits: drift.edits.map(renderEdit),
    ...(drift.resume === undefined ? {} : { resume: drift.resume }),
  };
}

export function renderEvidence(evidence: Evidence): EvidenceDocument {
  return { source: evidence.source, said: evidence.said, at: isoMillis(evidence.at) };
}

export function renderEdit(edit: Edit): EditDocument {
  const entry = ['sessions', edit.entry.session];
  switch (edit.op) {
    case 'set':
      return { path: [...entry, ...edit.path], from: edit.from ?? null, to: edit.to };
    case 'prepend':
      return { path: [...entry, ...edit.path, '0'], from: null, to: edit.item };
    case 'register':
      return { path: entry, from: null, to: edit.fields };
  }
}
