import { kindOf } from '../core/drift/index.ts';
import { entryId, type Registry } from '../core/model/entry.ts';
import type { Ledger } from '../core/model/memory.ts';
import type { Plan } from '../core/model/plan.ts';
import { appliedBy } from '../log/event-drifts.ts';
import type { Event, NewEvent } from '../log/log.ts';

/** What the log says of the repair that closed or will close an open drift. */
interface Repair {
  readonly appliedAt: number;
  readonly entryIds: readonly string[];
}

/**
 * The `resolved` events of this look: open drifts that it looked for and did not see. A death that we wrote stays
 * open for the grace in which somebody else may say that he did it: then it closes as his, and silently.
 */
export function closing(options: {
  readonly ledger: Ledger;
  readonly plan: Pick<Plan, 'undecided' | 'resolvedMessage'>;
  readonly standing: ReadonlySet<string>;
  readonly registry: Registry;
  readonly events: readonly Event[];
  readonly now: number;
  readonly graceMs: number;
}): NewEvent[] {
  const { ledger, plan, standing, registry, now, graceMs } = options;
  const closed = [...ledger.open.values()].filter((open) => !standing.has(open.id) && !plan.undecided(open));
  if (closed.length === 0) return [];
  const repairs = repairsByDrift(options.events);
  const ours = ownTexts(options.events);
  return closed.flatMap((open): NewEvent[] => {
    const repair = repairs.get(open.id);
    if (repair === undefined) {
      return [{ kind: 'resolved', id: open.id, because: 'world', message: plan.resolvedMessage(open) }];
    }
    if (kindOf(open.kind)?.hasGrace !== true)
      return [{ kind: 'resolved', id: open.id, because: 'repaired', message: null }];
    if (somebodyElseEnded(repair, ours, registry))
      return [{ kind: 'resolved', id: open.id, because: 'human', message: null }];
    if (repair.appliedAt <= now && now - repair.appliedAt < graceMs) return [];
    return [{ kind: 'resolved', id: open.id, because: 'repaired', message: null }];
  });
}

/** Every entry of the repair was taken out of the file, or is terminated in words that are not ours. */
function somebodyElseEnded(repair: Repair, ours: ReadonlySet<string>, registry: Registry): boolean {
  const byId = new Map(registry.entries.map((entry) => [entryId(entry), entry]));
  return repair.entryIds.every((id) => {
    const entry = byId.get(id);
    if (entry === undefined) return true;
    return entry.status === 'terminated' && !ours.has(entry.textHash);
  });
}

/** Every text that we gave an entry, in this repair or later. */
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
