import type { DriftKindName } from '../core/drift.ts';
import type { Ledger, OpenDrift } from '../core/memory.ts';
import type { Event, LoggedDrift } from './log.ts';

/** The ledger while it is being folded; also what a rotated log begins with. */
export interface Folding {
  readonly open: Map<string, OpenDrift>;
  readonly resolved: Map<string, number>;
  readonly tombstones: Set<string>;
  readonly undone: Map<string, { key: string; entryId: string; textHash: string | null }>;
  readonly registered: Set<string>;
  found: { readonly kind: DriftKindName; readonly at: number }[];
  /** When each card's run began that is not over; ms since 1970. */
  readonly runs: Map<string, number>;
  /** `intended` events without an end, by event id. */
  readonly unsettled: Map<string, Extract<Event, { kind: 'intended' }>>;
  /** Canonical key of every drift ever opened, by id: an `undone` of an earlier version names the id alone. */
  readonly keys: Map<string, string>;
  knowsEntries: boolean;
}

export function emptyFolding(): Folding {
  return {
    open: new Map(),
    resolved: new Map(),
    tombstones: new Set(),
    undone: new Map(),
    registered: new Set(),
    found: [],
    runs: new Map(),
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
      for (const edit of event.edits) if (edit.op === 'register') folding.registered.add(edit.entry.session);
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
    case 'undone':
      folding.undone.set(`${event.drift}\u0000${event.entryId}`, {
        key: event.key ?? folding.keys.get(event.drift) ?? '',
        entryId: event.entryId,
        textHash: event.textHash,
      });
      return;
    case 'tombstone':
      folding.tombstones.add(event.incarnation);
      return;
    case 'entries':
      folding.knowsEntries ||= event.count > 0;
      return;
    case 'run':
      if (isOver(event)) folding.runs.delete(event.card);
      else if (event.what === 'started' || !folding.runs.has(event.card)) {
        folding.runs.set(event.card, Date.parse(event.at));
      }
      return;
    case 'posting':
    case 'posted':
      return;
  }
}

export function ledgerOf(folding: Folding): Ledger {
  const { open: stillOpen, resolved, tombstones, undone, registered, found, knowsEntries } = folding;
  return { open: stillOpen, resolved, tombstones, undone, registered, found, knowsEntries };
}

function open(folding: Folding, drift: LoggedDrift, at: string): void {
  folding.keys.set(drift.id, drift.key);
  if (folding.open.has(drift.id)) return;
  const { id, key, kind, session } = drift;
  const openedAt = Date.parse(at);
  folding.open.set(id, { id, key, kind, session, openedAt });
  folding.found.push({ kind, at: openedAt });
}

function isOver({ what }: Extract<Event, { kind: 'run' }>): boolean {
  return what === 'stopped' || what === 'completed' || what === 'ended';
}
