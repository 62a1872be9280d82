import type { Edit, Evidence } from '../core/model/drift.ts';
import type { Verdict } from '../core/model/plan.ts';
import { isoMillis } from '../core/words/time.ts';
import type { LoggedDrift } from '../log/log.ts';
import type { ActivityFields, DriftDocument, DriftState, EditDocument, EvidenceDocument } from './document.ts';

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

/** Renders a drift for other programs. */
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
