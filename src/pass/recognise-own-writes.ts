import { pairsOf } from '../core/model/branded.ts';
import { entryId, type Registry } from '../core/model/entry.ts';
import type { Memory, Ledger } from '../core/model/memory.ts';
import { withOwnWrites } from '../core/plan/remember.ts';
import type { Event, Log } from '../log/log.ts';

/** What earlier passes remember about the entries' texts. */
export interface Remembered {
  readonly formerMemory: Memory;
  readonly ledger: Ledger;
}

/**
 * Adds the texts that any monitor of this registry has written since, so that its own writes do not count as edits of a
 * user. The log knows them: it holds each text before the file does.
 */
export async function recogniseOwnWrites(
  { formerMemory, ledger }: Remembered,
  registry: Registry,
  log: Log,
): Promise<Remembered> {
  const { entries } = registry;
  const changed = entries.filter((entry) => {
    const known = formerMemory.entries[entryId(entry)];
    return known !== undefined && known.textHash !== entry.textHash;
  });
  const undone = [...ledger.undone].filter(([, { textHash }]) => textHash !== null);
  if (changed.length === 0 && undone.length === 0) return { formerMemory, ledger };

  const isOurs = ownWrites(await log.read());
  const ours = changed.filter((entry) => isOurs(formerMemory.entries[entryId(entry)]?.textHash ?? '', entry.textHash));
  const rewritten = undone.flatMap(([id, undo]) => {
    const now = entries.find((entry) => {
      return entryId(entry) === undo.entryId && undo.textHash !== null && isOurs(undo.textHash, entry.textHash);
    });
    return now === undefined ? [] : [[id, { ...undo, textHash: now.textHash }] as const];
  });
  return {
    formerMemory: withOwnWrites(
      formerMemory,
      Object.fromEntries(ours.map((entry) => [entryId(entry), entry.textHash])),
    ),
    ledger: { ...ledger, undone: new Map([...ledger.undone, ...rewritten]) },
  };
}

/** Decides whether only writes of the monitor lie between two texts, given by their hashes. */
function ownWrites(events: readonly Event[]): (before: string, now: string) => boolean {
  const formers = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind !== 'intended') continue;
    for (const [id, former] of pairsOf(event.formerHashes ?? {})) {
      const after = event.entryHashes[id];
      if (after !== undefined) formers.set(after, (formers.get(after) ?? new Set()).add(former));
    }
  }
  return (before, now) => {
    const reached = new Set([now]);
    for (const text of reached) for (const former of formers.get(text) ?? []) reached.add(former);
    return reached.has(before);
  };
}
