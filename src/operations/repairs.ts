import { entryId } from '../core/entry.ts';
import type { Event, LoggedDrift } from '../log/log.ts';
import type { RepairToTakeBack } from '../registry/registry-file.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/** What we wrote for one drift. */
export interface Repair {
  readonly drift: LoggedDrift;
  readonly event: Intended;
  /** By which it may be called: the drift, and the events that wrote it. */
  readonly names: readonly string[];
  /** Sessions by `entryId`. */
  readonly entries: ReadonlyMap<string, string>;
  readonly isUndone: boolean;
  readonly toTakeBack: RepairToTakeBack;
}

/** Every repair that was applied, newest first. */
export function repairsOf(events: readonly Event[]): readonly Repair[] {
  const applied = new Map<string, string>();
  const undone = new Map<string, Map<string, string | null>>();
  for (const event of events) {
    if (event.kind === 'applied') applied.set(event.of, event.event);
    if (event.kind !== 'undone') continue;
    const hashes = undone.get(event.drift) ?? new Map<string, string | null>();
    undone.set(event.drift, hashes.set(event.entryId, event.textHash));
  }
  return events
    .filter((event) => event.kind === 'intended')
    .flatMap((event) => {
      const end = applied.get(event.event);
      return end === undefined ? [] : event.drifts.map((drift) => repairOf(drift, event, end, undone));
    })
    .toReversed();
}

function repairOf(
  drift: LoggedDrift,
  event: Intended,
  applied: string,
  undone: ReadonlyMap<string, ReadonlyMap<string, string | null>>,
): Repair {
  const entries = new Map(drift.edits.map((edit) => [entryId(edit.entry), edit.entry.session]));
  const others = event.drifts.filter(({ id }) => id !== drift.id);
  const gone = others.filter(({ id }) => undone.has(id));
  const standing = others.filter(({ id }) => !undone.has(id));
  const loud = new Set(event.drifts.flatMap(({ edits }) => edits.map((edit) => JSON.stringify(edit))));
  const silent = event.edits.filter((edit) => !loud.has(JSON.stringify(edit)));
  const hashes = gone.flatMap(({ id }) => [...(undone.get(id) ?? [])]);
  return {
    drift,
    event,
    names: [drift.id, event.event, applied],
    entries,
    isUndone: undone.has(drift.id),
    toTakeBack: {
      undo: event.undo,
      entries: new Set(entries.keys()),
      keep: [...standing.flatMap(({ edits }) => edits), ...silent],
      standsAs: new Map(hashes.flatMap(([id, hash]) => (hash === null ? [] : [[id, hash] as const]))),
    },
  };
}
