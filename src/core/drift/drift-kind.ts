import type { Difference, DriftClass, DriftKindName } from '../model/drift.ts';
import type { OpenDrift } from '../model/memory.ts';
import type { EntryView, View } from '../model/view.ts';

/**
 * One kind of drift. To add one: write `drift/<kind>.ts`, put it into the list of `drift/index.ts`, and one test.
 * The table of `docs/drift-kinds.md` is generated from `seenWhen`, `writes` and `tells`.
 */
export interface DriftKind {
  readonly name: DriftKindName;
  readonly class: DriftClass;
  /** For people: when it is seen. */
  readonly seenWhen: string;
  /** For people: what is written into the registry; `nothing` where none. */
  readonly writes: string;
  /** For people: what the card hears. */
  readonly tells: string;
  /**
   * Its resolving is news: blindness ends, an ambiguity is settled, a registry reads again. The sentence said then;
   * `null` where it closes for another reason, and the sentence would not be true.
   * @param one its entry, if it is in the file and not left alone
   */
  readonly resolvedMessage:
    ((open: Pick<OpenDrift, 'key' | 'session'>, view: View, one: EntryView | null) => string | null) | null;
  /** Somebody may still say that it was his doing: a card hears of it, and it counts as repaired, after the grace only. */
  readonly hasGrace?: true;
  /** A person decides: a model's `wait_for_drift` returns at once, and the skill's table says so. */
  readonly needsJudgement?: true;
  /** A single pass waits until what it decides about has settled; others are left for the next pass. */
  readonly isWaitedFor?: true;
  /**
   * Does this look say nothing about an open drift of this kind that does not stand in it? It then stays open. Without
   * this: where its entry is in doubt, or what it rests on could not be seen.
   * @param one its entry, if it is in the file and not left alone
   */
  readonly isUndecided?: (
    open: Pick<OpenDrift, 'key' | 'session' | 'entryKeys'>,
    view: View,
    one: EntryView | null,
  ) => boolean;
  /** Every drift of this kind that stands in this view. Pure: what holds its repair back is decided later. */
  readonly detect: (view: View) => readonly Difference[];
}
