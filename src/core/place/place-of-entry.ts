import { type Entry, entryId } from '../model/entry.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { PlanInput } from '../model/plan.ts';
import type { FoundSession } from '../model/view.ts';

/** To which place an entry belongs, as far as this place can tell. */
export type Whereabouts =
  /** It belongs to this place. */
  | { readonly kind: 'here' }
  /** It was never seen anywhere, and this place may not be the one it runs in. */
  | { readonly kind: 'never-seen'; readonly borrowed: string }
  | Elsewhere;

export interface Elsewhere {
  readonly kind: 'elsewhere';
  /** The name of the host there. */
  readonly host: string;
  /** When its session was last seen alive there; `null`: not known. ms since 1970 */
  readonly seenAt: number | null;
  /** The user wrote it: no session of that name changes it. */
  readonly isWritten: boolean;
}

/**
 * After another place has seen the entry's session, a session of that name here counts as another session for so long;
 * ms.
 */
export const namesakeMs = 3_600_000;

/**
 * Decides to which place an entry belongs.
 *
 * 1. `host:` is the user's word, unless it names the place that the log knows anyway (under any name it ever had).
 * 2. The log says where the session was seen alive last, or which place adopted the entry.
 * 3. An entry that was never seen anywhere belongs to the place that asks, unless that place is borrowed.
 *
 * Seeing the entry's own session alive here overrules 2: `isOwn`.
 */
export function whereabouts(entry: Entry, memory: EntryMemory | null, input: PlanInput): Whereabouts {
  const { ledger, observation } = input;
  const home = ledger.homes.get(entryId(entry)) ?? null;
  if (entry.host !== null && (home === null || !isNamed(entry.host, hostsOf(home.place, input)))) {
    if (isNamed(entry.host, hostsOf(observation.place.id, input))) return { kind: 'here' };
    return { kind: 'elsewhere', host: entry.host, seenAt: null, isWritten: true };
  }
  if (home === null) {
    const { borrowed } = observation.place;
    const isKnown = entry.host !== null || memory?.seen != null;
    return borrowed === null || isKnown ? { kind: 'here' } : { kind: 'never-seen', borrowed };
  }
  if (home.place === observation.place.id) return { kind: 'here' };
  const host = hostsOf(home.place, input).at(-1) ?? entry.host ?? 'another host';
  return { kind: 'elsewhere', host, seenAt: home.sightings[home.place]?.at ?? null, isWritten: false };
}

/**
 * Decides whether a session with the name of another place's entry is that entry's own. It is if its pane is the one
 * that the entry names and that was seen here before, or if no other place has seen the entry's session for an hour.
 */
export function isOwn(found: FoundSession, entry: Entry, there: Elsewhere, input: PlanInput): boolean {
  if (there.isWritten) return false;
  const { observation, ledger, now } = input;
  const home = ledger.homes.get(entryId(entry));
  const { [observation.place.id]: here, ...others } = home?.sightings ?? {};
  if (Object.values(others).every(({ at }) => now - at >= namesakeMs)) return true;
  // Two places may number their panes alike: of two with the entry's pid, the one that was seen last is the entry's.
  if (home !== undefined && here !== undefined && others[home.place]?.pane === here.pane) return false;
  if (here === undefined || here.start === null || (entry.pane?.pid ?? here.pane) !== here.pane) return false;
  const tree = observation.panes.get(here.pane);
  const start = tree !== undefined && 'known' in tree ? (tree.known.root?.start ?? null) : null;
  return start === here.start && found.session.panes.some(({ pid, dead }) => pid === here.pane && !dead);
}

/** Returns every name that a place has had, its present one last. */
export function hostsOf(place: string, { ledger, observation }: PlanInput): readonly string[] {
  const former = ledger.hosts.get(place) ?? [];
  return place === observation.place.id ? [...former, observation.host] : former;
}

/** Decides whether a host has one of these names, with or without its domain, in capitals or not. */
export function isNamed(host: string, names: readonly string[]): boolean {
  const [one, short] = spellings(host);
  return names.some((name) => {
    const [other, otherShort] = spellings(name);
    return one === other || (short === otherShort && (one === short || other === otherShort));
  });
}

function spellings(host: string): readonly [string, string] {
  const name = host.trim().toLowerCase();
  return [name, name.split('.')[0] ?? name];
}
