import { entryId, type Registry } from '../core/entry.ts';
import type { LastLook } from '../core/memory.ts';
import { withOwnWrites } from '../core/plan.ts';
import type { Log } from '../log/log.ts';

/**
 * The last look, with the texts that another process of ours has written since: nobody has touched those entries. By the
 * log, where each stands before it is in the file.
 */
export async function withOwnTexts(look: LastLook, registry: Registry, log: Log): Promise<LastLook> {
  const changed = registry.entries.flatMap((entry) => {
    const known = look.entries[entryId(entry)]?.textHash;
    return known === undefined || known === entry.textHash ? [] : [{ id: entryId(entry), known, now: entry.textHash }];
  });
  if (changed.length === 0) return look;
  const formers = await formerTexts(log);
  const ours = changed.filter(({ known, now }) => ledFrom(known, now, formers));
  return withOwnWrites(look, Object.fromEntries(ours.map(({ id, now }) => [id, now])));
}

/** Text hashes of entries before we wrote them, by those after. */
async function formerTexts(log: Log): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const formers = new Map<string, Set<string>>();
  for (const event of await log.read()) {
    if (event.kind !== 'intended') continue;
    for (const [id, former] of Object.entries(event.formerHashes ?? {})) {
      const after = event.entryHashes[id];
      if (after !== undefined) formers.set(after, (formers.get(after) ?? new Set()).add(former));
    }
  }
  return formers;
}

/** Nothing but writes of ours lies between the two texts. */
function ledFrom(known: string, now: string, formers: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const reached = new Set([now]);
  for (const text of reached) for (const former of formers.get(text) ?? []) reached.add(former);
  return reached.has(known);
}
