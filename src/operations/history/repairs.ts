import type { EntryId } from '../../core/model/branded.ts';
import type { Edit } from '../../core/model/drift.ts';
import { entryId } from '../../core/model/entry.ts';
import { appliedBy } from '../../log/event-drifts.ts';
import type { Event } from '../../log/log.ts';
import type { RepairToTakeBack } from '../../registry/registry-file.ts';
import { submittedMessage } from './history-rows.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/** The edits for one drift, or for one submitted job. */
export interface Repair {
  /** The drift's id; a submitted job has the id of the event that wrote it. */
  readonly id: string;
  readonly message: string;
  /** The job that was submitted; `null`: it is the repair of a drift. */
  readonly job: string | null;
  /**
   * Returns the key by which the repair of an entry is held back once it is undone; `null`: nothing
   * makes it again.
   */
  readonly keyOf: (id: EntryId) => string | null;
  readonly event: Intended;
  /** The ids by which the user may name it: the drift's, and those of the events that wrote it. */
  readonly names: readonly string[];
  /** The sessions of its entries. */
  readonly entries: ReadonlyMap<EntryId, string>;
  readonly isUndone: boolean;
  readonly toTakeBack: RepairToTakeBack;
}

/** Returns every applied repair, newest first. */
export function repairsOf(events: readonly Event[]): readonly Repair[] {
  const applied = new Map<string, string>();
  const undone = undoneByRepair(events);
  for (const event of events) if (event.kind === 'applied') applied.set(event.of, event.event);
  return events
    .filter((event) => event.kind === 'intended')
    .flatMap((event) => {
      const end = applied.get(event.event);
      if (end === undefined) return [];
      const written = writtenBy(event);
      return written.map((one) => repairOf(one, written, event, end, undone.get(event.event) ?? new Map()));
    })
    .toReversed();
}

/** The hashes of the entries' texts after the undos of a drift's repair. */
type UndoneHashes = ReadonlyMap<string, ReadonlyMap<EntryId, string | null>>;

/**
 * Groups undos by the `intended` event whose repair was taken back, and then by drift: a repair that was made again
 * since is another one, and can be taken back again.
 */
function undoneByRepair(events: readonly Event[]): ReadonlyMap<string, UndoneHashes> {
  const intents = appliedBy(events);
  const latest = new Map<string, string>();
  const undone = new Map<string, Map<string, Map<EntryId, string | null>>>();
  for (const event of events) {
    const intended = intents(event);
    if (intended !== null) for (const { id } of writtenBy(intended)) latest.set(id, intended.event);
    if (event.kind !== 'undone') continue;
    const repair = latest.get(event.drift);
    if (repair === undefined) continue;
    const drifts = undone.get(repair) ?? new Map<string, Map<EntryId, string | null>>();
    const hashes = drifts.get(event.drift) ?? new Map<EntryId, string | null>();
    undone.set(repair, drifts.set(event.drift, hashes.set(event.entryId, event.textHash)));
  }
  return undone;
}

type Written = Pick<Repair, 'id' | 'message' | 'job' | 'keyOf'> & { readonly edits: readonly Edit[] };

/** Splits the edits of one event by drift: each can be taken back alone. */
function writtenBy({ event, drifts, edits, submitted }: Intended): readonly Written[] {
  if (submitted !== undefined) {
    return [{ id: event, message: submittedMessage(submitted), job: submitted.job, edits, keyOf: () => null }];
  }
  return drifts.map((drift) => ({
    id: drift.id,
    message: drift.message,
    job: null,
    edits: drift.edits,
    keyOf: (id) => drift.entryKeys?.[id] ?? drift.key,
  }));
}

function repairOf(
  { edits, ...written }: Written,
  all: readonly Written[],
  event: Intended,
  applied: string,
  undone: UndoneHashes,
): Repair {
  const entries = new Map(edits.map((edit) => [entryId(edit.entry), edit.entry.session]));
  const others = all.filter(({ id }) => id !== written.id);
  const gone = others.filter(({ id }) => undone.has(id));
  const standing = others.filter(({ id }) => !undone.has(id));
  const loud = new Set(all.flatMap((one) => one.edits.map((edit) => JSON.stringify(edit))));
  const silent = event.edits.filter((edit) => !loud.has(JSON.stringify(edit)));
  const hashes = gone.flatMap(({ id }) => [...(undone.get(id) ?? [])]);
  return {
    ...written,
    event,
    names: [written.id, event.event, applied],
    entries,
    isUndone: undone.has(written.id),
    toTakeBack: {
      undo: event.undo,
      entries: new Set(entries.keys()),
      keep: [...standing.flatMap((one) => one.edits), ...silent],
      standsAs: new Map(hashes.flatMap(([id, hash]) => (hash === null ? [] : [[id, hash] as const]))),
    },
  };
}
