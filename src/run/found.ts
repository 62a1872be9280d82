import type { DriftKindName } from '../core/drift.ts';
import type { Ledger } from '../core/memory.ts';

/** What was found since a moment; times are ms since 1970. */
export interface Found {
  readonly kinds: readonly DriftKindName[];
  readonly lastAt: number | null;
}

/** Every drift that was opened since, repaired or not. */
export function foundSince({ found }: Pick<Ledger, 'found'>, since: number): Found {
  const ours = found.filter(({ at }) => at >= since);
  return { kinds: ours.map(({ kind }) => kind), lastAt: ours.at(-1)?.at ?? null };
}
