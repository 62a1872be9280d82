import { type Incarnation, pairsOf } from '../model/branded.ts';
import { sessionIn } from '../model/entry.ts';
import type { EntryMemory, Memory } from '../model/memory.ts';
import type { Plan, PlanInput } from '../model/plan.ts';
import { incarnationOf, rememberedIncarnation } from '../place/last-changed.ts';
import type { FoundSession } from '../model/view.ts';

/**
 * Returns the incarnation and the name of the session of each remembered entry that is not in the file any more while
 * its session lives, or while its server does not answer: the next memory does not hold it.
 */
export function tombstonesOf(unowned: readonly FoundSession[], input: PlanInput): ReadonlyMap<Incarnation, string> {
  const { registry, observation, formerMemory } = input;
  const present = new Set(registry.entries.map((entry) => entry.session));
  const living = new Map(unowned.map((one) => [incarnationOf(one), one.session.name]));
  const tombstones = new Map<Incarnation, string>();
  for (const [id, memory] of pairsOf(formerMemory.entries)) {
    const session = sessionIn(id);
    // The entry has no text yet: the monitor planned it, and never saw it in the file.
    if (memory.seen === null || memory.textHash === '' || present.has(session)) continue;
    const incarnation = rememberedIncarnation(memory.seen);
    const state = observation.sockets.get(memory.seen.socket);
    const answered = state !== undefined && 'known' in state;
    const name = answered ? living.get(incarnation) : session;
    if (name !== undefined) tombstones.set(incarnation, name);
  }
  return tombstones;
}

/**
 * Returns what was remembered of the entries that the user deleted while the log does not know it: the next plan must
 * find the deletion again, or it would register the session anew.
 */
export function unloggedDeletions(
  { tombstones }: Plan,
  { entries }: Memory,
  logged: ReadonlySet<Incarnation>,
): Memory['entries'] {
  const unlogged = new Set(tombstones.map(({ incarnation }) => incarnation).filter((one) => !logged.has(one)));
  const isUnlogged = ({ seen }: EntryMemory): boolean => seen !== null && unlogged.has(rememberedIncarnation(seen));
  return Object.fromEntries(pairsOf(entries).filter(([, memory]) => isUnlogged(memory)));
}
