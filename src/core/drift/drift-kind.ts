import type { Drift, DriftClass, DriftKindName } from '../drift.ts';
import type { OpenDrift } from '../memory.ts';
import type { View } from '../view.ts';

/**
 * One kind of drift. To add one: write `drift/<kind>.ts`, put it into the list of `drift/index.ts`, and one test.
 * The README's table is generated from `seenWhen`, `writes` and `tells`.
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
   */
  readonly resolvedMessage: ((open: Pick<OpenDrift, 'key' | 'session'>, view: View) => string | null) | null;
  /** Every drift of this kind that stands in this view. Pure. */
  readonly detect: (view: View) => readonly Drift[];
}
