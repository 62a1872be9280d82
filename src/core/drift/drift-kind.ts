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
  /** For people: when the drift is found. */
  readonly seenWhen: string;
  /** For people: what is written into the registry; `nothing` if nothing is. */
  readonly writes: string;
  /** For people: what the card is told. */
  readonly tells: string;
  /**
   * Returns the message of its end, if that is news: blindness ends, an ambiguity is settled, a registry reads again.
   * `null` if it ended for another reason, and the message would not be true.
   * @param one its entry, if it is in the file and not left alone
   */
  readonly resolvedMessage:
    ((open: Pick<OpenDrift, 'key' | 'session'>, view: View, one: EntryView | null) => string | null) | null;
  /** The user may have caused it: a card is told, and it counts as repaired, only after the grace. */
  readonly hasGrace?: true;
  /** A person decides: a model's `wait_for_drift` returns at once, and the skill's table says so. */
  readonly needsJudgement?: true;
  /**
   * It asks for the user where registry and world agree: it is on a card only if the user wants that there, and counts
   * neither as a drift of a run nor for an exit code.
   */
  readonly isAttention?: true;
  /**
   * Decides whether this pass says nothing about an open drift of this kind that it did not find. The drift then stays
   * open. Default: undecided if the entry is in doubt, or a source that the drift rests on could not be read.
   * @param one its entry, if it is in the file and not left alone
   */
  readonly isUndecided?: (
    open: Pick<OpenDrift, 'key' | 'session' | 'entryKeys'>,
    view: View,
    one: EntryView | null,
  ) => boolean;
  /** Returns every drift of this kind in this view. Pure: a later stage decides whether its repair is held back. */
  readonly detect: (view: View) => readonly Difference[];
}
