import type { Ledger, OpenDrift, Rung } from '../core/memory.ts';
import type { Event, LoggedDrift } from './log.ts';

/** The ledger while it is being folded; also what a rotated log begins with. */
export interface Folding {
  readonly open: Map<string, OpenDrift>;
  readonly resolved: Map<string, number>;
  readonly tombstones: Set<string>;
  readonly undone: Map<string, { key: string; session: string; textHash: string | null }>;
  readonly provenBy: Map<string, Rung>;
  /** `intended` events without an end, by event id. */
  readonly unsettled: Map<string, Extract<Event, { kind: 'intended' }>>;
  /** Canonical key of every drift ever opened, by id: an `undone` names the id alone. */
  readonly keys: Map<string, string>;
  knowsEntries: boolean;
}

export function emptyFolding(): Folding {
  return {
    open: new Map(),
    resolved: new Map(),
    tombstones: new Set(),
    undone: new Map(),
    provenBy: new Map(),
    unsettled: new Map(),
    keys: new Map(),
    knowsEntries: false,
  };
}

/** Takes one more event in. Idempotent: the first opening of a drift counts, a second end changes nothing. */
export function fold(folding: Folding, event: Event): void {
  switch (event.kind) {
    case 'opened':
      open(folding, event.drift, event.at);
      return;
    case 'intended':
      folding.unsettled.set(event.event, event);
      return;
    case 'applied': {
      const intended = folding.unsettled.get(event.of);
      if (intended === undefined) return;
      folding.unsettled.delete(event.of);
      folding.knowsEntries = true;
      for (const drift of intended.drifts) open(folding, drift, event.at);
      return;
    }
    case 'dropped':
      folding.unsettled.delete(event.of);
      return;
    case 'resolved': {
      const closed = folding.open.get(event.id);
      if (closed === undefined) return;
      folding.open.delete(event.id);
      folding.resolved.set(closed.key, (folding.resolved.get(closed.key) ?? 0) + 1);
      return;
    }
    case 'undone': {
      const key = folding.keys.get(event.drift);
      if (key === undefined) return;
      folding.undone.set(event.drift, { key, session: event.session, textHash: event.textHash });
      return;
    }
    case 'tombstone':
      folding.tombstones.add(event.incarnation);
      return;
    case 'entries':
      folding.knowsEntries ||= event.count > 0;
      return;
    case 'posting':
    case 'posted':
    case 'run':
      return;
  }
}

export function ledgerOf(folding: Folding): Ledger {
  const { open: stillOpen, resolved, tombstones, undone, provenBy, knowsEntries } = folding;
  return { open: stillOpen, resolved, tombstones, undone, provenBy, knowsEntries };
}

function open(folding: Folding, drift: LoggedDrift, at: string): void {
  folding.keys.set(drift.id, drift.key);
  if (folding.open.has(drift.id)) return;
  const { id, key, kind, session } = drift;
  folding.open.set(id, { id, key, kind, session, openedAt: Date.parse(at) });
}
