import type { EntryId } from '../core/model/branded.ts';
import { kindOf } from '../core/drift/kind-of.ts';
import { entryId, type Registry } from '../core/model/entry.ts';
import type { Ledger } from '../core/model/memory.ts';
import type { Plan } from '../core/model/plan.ts';
import { appliedBy } from '../log/event-drifts.ts';
import type { Event, NewEvent } from '../log/log.ts';

/** The repair of an open drift, by the log. */
interface Repair {
  readonly appliedAt: number;
  readonly entryIds: readonly EntryId[];
}

/**
 * Returns the `resolved` events of a pass: for open drifts that it judged and did not find. A repaired death stays open
 * for `graceMs`. If the user ends or removes the entry meanwhile, it is resolved silently.
 */
export function closeDrifts(options: {
  readonly ledger: Ledger;
  readonly absentDrifts: Plan['absentDrifts'];
  readonly registry: Registry;
  readonly events: readonly Event[];
  readonly now: number;
  readonly graceMs: number;
}): NewEvent[] {
  const { ledger, registry, now, graceMs } = options;
  const closed = options.absentDrifts.filter((absent) => absent.kind === 'over');
  if (closed.length === 0) return [];
  const repairs = repairsByDrift(options.events);
  const ours = ownTexts(options.events);
  return closed.flatMap(({ id, message }): NewEvent[] => {
    const repair = repairs.get(id);
    if (repair === undefined) return [{ kind: 'resolved', id, because: 'world', message }];
    const open = ledger.open.get(id);
    const hasGrace = open !== undefined && kindOf(open.kind)?.hasGrace === true;
    if (hasGrace && userEnded(repair, ours, registry))
      return [{ kind: 'resolved', id, because: 'human', message: null }];
    if (hasGrace && repair.appliedAt <= now && now - repair.appliedAt < graceMs) return [];
    return [{ kind: 'resolved', id, because: 'repaired', message: null }];
  });
}

/**
 * Decides whether every entry of the repair was taken out of the file, or is terminated in a text that the monitor did
 * not write.
 */
function userEnded(repair: Repair, ours: ReadonlySet<string>, registry: Registry): boolean {
  const byId = new Map(registry.entries.map((entry) => [entryId(entry), entry]));
  return repair.entryIds.every((id) => {
    const entry = byId.get(id);
    if (entry === undefined) return true;
    return entry.status === 'terminated' && !ours.has(entry.textHash);
  });
}

/** Returns the hash of every text that the monitor gave an entry, in this repair or later. */
function ownTexts(events: readonly Event[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => (event.kind === 'intended' ? Object.values(event.entryHashes) : [])));
}

function repairsByDrift(events: readonly Event[]): Map<string, Repair> {
  const intended = appliedBy(events);
  const repairs = new Map<string, Repair>();
  for (const event of events) {
    for (const drift of intended(event)?.drifts ?? []) {
      repairs.set(drift.id, {
        appliedAt: Date.parse(event.at),
        entryIds: drift.edits.map((edit) => entryId(edit.entry)),
      });
    }
  }
  return repairs;
}
