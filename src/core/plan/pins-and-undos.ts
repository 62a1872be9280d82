import type { EntryId } from '../model/branded.ts';
import type { Edit } from '../model/drift.ts';
import { entryId, type Entry, type EntryKey } from '../model/entry.ts';
import { isTouched } from '../model/field-path.ts';
import type { PlanInput } from '../model/plan.ts';
import { undoneWords } from '../words/left-as-it-is.ts';
import { uneditable } from '../model/uneditable.ts';

/** Why an entry's repair is not written; `words` for people. */
export interface Obstacle {
  readonly by: 'undo' | 'pin' | 'form';
  readonly entry: EntryKey;
  readonly words: string;
}

/** Knows what forbids a repair: the user's undo, the user's pin, or a value that cannot be edited. */
export class Obstacles {
  readonly #entries: ReadonlyMap<EntryId, Entry>;
  readonly #undone: ReadonlySet<string>;

  constructor({ registry, ledger }: Pick<PlanInput, 'registry' | 'ledger'>) {
    this.#entries = new Map(registry.entries.map((entry) => [entryId(entry), entry]));
    // A repair that was taken back is held back until the user changes the entry; a new session has another key anyway.
    const unchanged = [...ledger.undone.values()].filter(
      (undo) => (this.#entries.get(undo.entryId)?.textHash ?? null) === undo.textHash,
    );
    this.#undone = new Set(unchanged.map(({ key }) => key));
  }

  /** Returns what forbids these edits of one entry, of the repair with that key; `null`: nothing does. */
  against(key: string, edits: readonly Edit[]): Obstacle | null {
    for (const edit of edits) {
      if (this.#undone.has(key)) return { by: 'undo', entry: edit.entry, words: undoneWords };
      const entry = this.#entries.get(entryId(edit.entry));
      if (entry === undefined || edit.op === 'register') continue;
      const pinned = entry.pin.find((field) => isTouched(field, edit.path));
      if (pinned !== undefined) return { by: 'pin', entry: edit.entry, words: `${pinned} is pinned` };
      const form = uneditable(entry, edit.path);
      if (form !== null) return { by: 'form', entry: edit.entry, words: form };
    }
    return null;
  }
}
