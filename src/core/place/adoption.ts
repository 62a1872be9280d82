import type { Edit } from '../model/drift.ts';
import { type Entry, entryId, keyOf } from '../model/entry.ts';
import type { EntryHome } from '../model/memory.ts';
import { memoryOf } from './session-of-entry.ts';
import { hostsOf, isNamed, whereabouts } from './place-of-entry.ts';
import type { Adopting, Adoption, PlanInput } from '../model/plan.ts';

/** The changes of an adoption: the rest of the plan is made as if it had been so before. */
export interface Adopted {
  readonly input: PlanInput;
  /** The adoption, for the log. */
  readonly adopted: Adopting | null;
  /** Edits of `host:` in entries that name the former host. */
  readonly edits: readonly Edit[];
}

/** Makes the adopted entries belong to this place. */
export function adopt(input: PlanInput): Adopted {
  const { adopt: asked, registry, ledger, observation } = input;
  if (asked === null) return { input, adopted: null, edits: [] };
  const chosen = new Set(registry.entries.filter((entry) => isAskedFor(entry, asked, input)));
  const here = hostsOf(observation.place.id, input);
  const isForeign = ({ host }: Entry): boolean => host !== null && !isNamed(host, here);
  const homes = new Map(ledger.homes);
  for (const entry of chosen) homes.set(entryId(entry), homeHere(ledger.homes.get(entryId(entry)), input));
  const entries = registry.entries.map((entry) =>
    chosen.has(entry) && isForeign(entry) ? { ...entry, host: observation.host } : entry,
  );
  return {
    input: { ...input, registry: { ...registry, entries }, ledger: { ...ledger, homes } },
    adopted:
      chosen.size === 0
        ? null
        : { place: observation.place.id, host: observation.host, entries: [...chosen].map(entryId) },
    edits: [...chosen].filter(isForeign).map((entry) => {
      return { op: 'set', entry: keyOf(entry), path: ['host'], from: entry.host, to: observation.host };
    }),
  };
}

/** Returns every host to which an entry belongs or belonged: what `--adopt --from` may name. */
export function knownHosts({ registry, ledger }: Pick<PlanInput, 'registry' | 'ledger'>): readonly string[] {
  const written = registry.entries.flatMap(({ host }) => (host === null ? [] : [host]));
  return [...new Set([...written, ...[...ledger.hosts.values()].flat()])].toSorted();
}

function isAskedFor(entry: Entry, asked: Adoption, input: PlanInput): boolean {
  const whose = whereabouts(entry, memoryOf(entry, input), input);
  const home = input.ledger.homes.get(entryId(entry));
  if (asked.kind === 'never-seen') return home === undefined && whose.kind !== 'elsewhere';
  if (whose.kind !== 'elsewhere') return false;
  return isNamed(asked.host, [whose.host, ...(home === undefined ? [] : hostsOf(home.place, input))]);
}

function homeHere(home: EntryHome | undefined, { observation }: PlanInput): EntryHome {
  return { place: observation.place.id, sightings: home?.sightings ?? {} };
}
