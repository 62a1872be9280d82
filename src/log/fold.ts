import { type DriftId, type EntryId, type Incarnation, pairsOf } from '../core/model/branded.ts';
import type { EntryHome, DriftRecord, Ledger, OpenDrift } from '../core/model/memory.ts';
import type { Edit } from '../core/model/drift.ts';
import { entryId } from '../core/model/entry.ts';
import type { Event, LoggedDrift } from './log.ts';

/** The sum of all events so far. A rotated log begins with it. */
export interface Folding {
  readonly open: Map<DriftId, OpenDrift>;
  readonly resolved: Map<string, number>;
  readonly tombstones: Set<Incarnation>;
  readonly undone: Map<string, { key: string; entryId: EntryId; textHash: string | null }>;
  readonly formerWords: Map<EntryId, string | null>;
  readonly registered: Set<string>;
  readonly found: Map<DriftId, DriftRecord>;
  readonly snoozed: Map<string, number>;
  /** When the run of each card began that is not over; ms since 1970. */
  readonly runs: Map<string, number>;
  /** `intended` events without an end, by event id. */
  readonly unsettled: Map<string, Extract<Event, { kind: 'intended' }>>;
  /**
   * The canonical key of every drift ever opened, by id: an `undone` event of an earlier version names only the id.
   */
  readonly keys: Map<string, string>;
  readonly homes: Map<EntryId, EntryHome>;
  readonly hosts: Map<string, readonly string[]>;
  knowsEntries: boolean;
}

export function emptyFolding(): Folding {
  return {
    open: new Map(),
    resolved: new Map(),
    tombstones: new Set(),
    undone: new Map(),
    formerWords: new Map(),
    registered: new Set(),
    found: new Map(),
    snoozed: new Map(),
    runs: new Map(),
    unsettled: new Map(),
    keys: new Map(),
    homes: new Map(),
    hosts: new Map(),
    knowsEntries: false,
  };
}

/** Adds one more event. It is idempotent: the first opening of a drift counts, a second end changes nothing. */
export function fold(folding: Folding, event: Event): void {
  switch (event.kind) {
    case 'opened':
      open(folding, event.drift, event);
      return;
    case 'intended':
      folding.unsettled.set(event.event, event);
      for (const edit of event.edits) if (edit.op === 'register') folding.registered.add(edit.entry.session);
      return;
    case 'applied':
      apply(folding, event);
      return;
    case 'dropped':
      folding.unsettled.delete(event.of);
      return;
    case 'resolved':
      resolve(folding, event);
      return;
    case 'undone':
      takeBack(folding, event);
      return;
    case 'tombstone':
      folding.tombstones.add(event.incarnation);
      return;
    case 'entries':
      folding.knowsEntries ||= event.count > 0;
      return;
    case 'seen':
      placeSeen(folding, event);
      return;
    case 'adopted':
      adopt(folding, event);
      return;
    case 'run':
      if (isOver(event)) folding.runs.delete(event.card);
      else if (event.what === 'started' || !folding.runs.has(event.card)) {
        folding.runs.set(event.card, Date.parse(event.at));
      }
      return;
    case 'posting':
      tell(folding, event);
      return;
    case 'snoozed':
      folding.snoozed.set(event.session, event.until);
      return;
    case 'finished':
    case 'posted':
      return;
  }
}

/**
 * Returns the ledger.
 * @param position of the next event
 */
export function ledgerOf(folding: Folding, position: number): Ledger {
  const { runs: _, unsettled: __, keys: ___, ...known } = folding;
  return { position, ...known };
}

function open(folding: Folding, drift: LoggedDrift, { at, place }: { at: string; place?: string | undefined }): void {
  folding.keys.set(drift.id, drift.key);
  if (folding.open.has(drift.id)) return;
  const { id, key, kind, session, entryKeys } = drift;
  const openedAt = Date.parse(at);
  folding.open.set(id, {
    id,
    key,
    kind,
    session,
    openedAt,
    ...(entryKeys === undefined ? {} : { entryKeys }),
    ...(place === undefined ? {} : { place }),
  });
  if (wasTakenBack(folding, drift)) return;
  folding.found.set(id, { ...(folding.found.get(id) ?? { told: [], isHuman: false }), kind, at: openedAt });
}

type Of<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>;

function apply(folding: Folding, { of, at }: Of<'applied'>): void {
  const intended = folding.unsettled.get(of);
  if (intended === undefined) return;
  folding.unsettled.delete(of);
  folding.knowsEntries = true;
  intended.edits.forEach((edit) => keepFormerWord(folding, edit));
  for (const drift of intended.drifts) {
    open(folding, drift, { at, place: intended.place });
    markRepaired(folding, drift.id, isWhole(drift));
    holdNoMore(folding, drift);
  }
}

function resolve(folding: Folding, { id, because }: Of<'resolved'>): void {
  const closed = folding.open.get(id);
  if (closed === undefined) return;
  folding.open.delete(id);
  if (because === 'human') changeFound(folding, id, () => ({ isHuman: true }));
  folding.resolved.set(closed.key, (folding.resolved.get(closed.key) ?? 0) + 1);
}

function takeBack(folding: Folding, { drift, entryId: id, textHash, ...event }: Of<'undone'>): void {
  markRepaired(folding, drift, false);
  const key = event.key ?? folding.keys.get(drift);
  if (key !== undefined) folding.undone.set(`${drift}\u0000${id}`, { key, entryId: id, textHash });
}

function adopt(folding: Folding, event: Of<'adopted'>): void {
  nameHost(folding, event);
  for (const id of event.entries) {
    folding.homes.set(id, { place: event.place, sightings: folding.homes.get(id)?.sightings ?? {} });
  }
}

function tell(folding: Folding, { card, drifts = [], ...event }: Of<'posting'>): void {
  const at = Date.parse(event.at);
  for (const id of drifts) changeFound(folding, id, ({ told }) => ({ told: [...told, { card, at }] }));
}

function keepFormerWord({ formerWords }: Folding, edit: Edit): void {
  if (edit.op !== 'set' || edit.path.join('.') !== 'last_visible_status') return;
  if (edit.to === 'agent-exited')
    formerWords.set(entryId(edit.entry), typeof edit.from === 'string' ? edit.from : null);
  else formerWords.delete(entryId(edit.entry));
}

function placeSeen(folding: Folding, event: Of<'seen'>): void {
  nameHost(folding, event);
  const at = Date.parse(event.at);
  for (const [id, { pane, start, ...seen }] of pairsOf(event.entries)) {
    const former = folding.homes.get(id)?.sightings ?? {};
    // Where only a shell was seen, the folder of the agent before it counts on.
    const root = seen.root ?? former[event.place]?.root;
    const here = { at, pane, start, ...(root === undefined ? {} : { root }) };
    folding.homes.set(id, { place: event.place, sightings: { ...former, [event.place]: here } });
  }
}

function nameHost({ hosts }: Folding, { place, host }: { readonly place: string; readonly host: string }): void {
  const former = hosts.get(place) ?? [];
  if (former.at(-1) !== host) hosts.set(place, [...former.filter((name) => name !== host), host]);
}

/** @param id of a drift, or of the event of a repair without a drift */
function markRepaired({ open: stillOpen }: Folding, id: string, isRepaired: boolean): void {
  const byId: ReadonlyMap<string, OpenDrift> = stillOpen;
  const drift = byId.get(id);
  if (drift !== undefined) stillOpen.set(drift.id, { ...drift, isRepaired });
}

/** Ends the hold of an earlier undo: the repair was made again, whatever the entry's text becomes. */
function holdNoMore({ undone }: Folding, { key, entryKeys, edits }: LoggedDrift): void {
  if (undone.size === 0) return;
  const made = new Map(edits.map(({ entry }) => [entryId(entry), entryKeys?.[entryId(entry)] ?? key]));
  for (const [id, undo] of undone) if (made.get(undo.entryId) === undo.key) undone.delete(id);
}

/** Decides whether all entries of a mass event were repaired: some may have been left as they are. */
function isWhole({ edits, entryKeys }: LoggedDrift): boolean {
  const written = new Set(edits.map((edit) => entryId(edit.entry)));
  return pairsOf(entryKeys ?? {}).every(([id]) => written.has(id));
}

/** Decides whether a drift is open again only because its repair was taken back. */
function wasTakenBack({ undone }: Folding, { key, entryKeys }: LoggedDrift): boolean {
  const left = new Set(entryKeys === undefined ? [key] : Object.values(entryKeys));
  for (const undo of undone.values()) left.delete(undo.key);
  return left.size === 0;
}

function changeFound(folding: Folding, id: DriftId, change: (before: DriftRecord) => Partial<DriftRecord>): void {
  const before = folding.found.get(id);
  if (before !== undefined) folding.found.set(id, { ...before, ...change(before) });
}

function isOver({ what }: Of<'run'>): boolean {
  return what === 'stopped' || what === 'completed' || what === 'ended';
}
