import type { DriftKindName } from '../core/model/drift.ts';
import { isAttention } from '../core/drift/kind-of.ts';
import type { Ledger } from '../core/model/memory.ts';

/** What a run found; times are ms since 1970. */
export interface RunDrifts {
  readonly kinds: readonly DriftKindName[];
  readonly lastAt: number | null;
}

/**
 * Sums up the drifts that were opened since the run began, repaired or not, and former drifts that the run told on its
 * card. Deaths that a user caused, and that the card has not told, are left out, and so are agents that wait for the user.
 */
export function driftsOfRun(
  ledger: Pick<Ledger, 'found'>,
  run: { readonly card: string; readonly since: number },
): RunDrifts {
  const found = [...ledger.found.values()].filter(({ kind, at, told, isHuman }) => {
    if (isAttention({ kind })) return false;
    const isTold = told.some((telling) => telling.card === run.card && telling.at >= run.since);
    return isTold || (at >= run.since && !isHuman);
  });
  const lastAt = found.length === 0 ? null : Math.max(...found.map(({ at }) => at));
  return { kinds: found.map(({ kind }) => kind), lastAt };
}
