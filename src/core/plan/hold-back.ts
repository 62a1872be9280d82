import type { Edit } from '../model/drift.ts';
import { type Entry, entryId } from '../model/entry.ts';
import { isTouched } from '../model/field-path.ts';
import type { PlanInput } from '../model/plan.ts';
import { uneditable } from '../model/uneditable.ts';

/** Why a repair is not written; `words` for people. */
export interface Held {
  readonly by: 'undo' | 'pin' | 'form';
  readonly words: string;
}

export const undoneWords = 'its repair was undone';

/** Answers what holds a repair back; `null` if nothing speaks against it. */
export function holds(input: PlanInput): (key: string, edits: readonly Edit[]) => Held | null {
  const entries = new Map(input.registry.entries.map((entry) => [entryId(entry), entry]));
  const undone = undoneKeys(input, entries);
  return (key, edits) => {
    if (undone.has(key)) return { by: 'undo', words: undoneWords };
    for (const edit of edits) {
      const entry = entries.get(entryId(edit.entry));
      if (entry === undefined || edit.op === 'register') continue;
      const pinned = entry.pin.find((field) => isTouched(field, edit.path));
      if (pinned !== undefined) return { by: 'pin', words: `${pinned} is pinned` };
      const form = uneditable(entry, edit.path);
      if (form !== null) return { by: 'form', words: form };
    }
    return null;
  };
}

/** A repair that was taken back stays so until somebody changes the entry; a new session has another key anyway. */
function undoneKeys({ ledger }: PlanInput, entries: ReadonlyMap<string, Entry>): ReadonlySet<string> {
  const unchanged = [...ledger.undone.values()].filter(
    (undo) => (entries.get(undo.entryId)?.textHash ?? null) === undo.textHash,
  );
  return new Set(unchanged.map(({ key }) => key));
}
