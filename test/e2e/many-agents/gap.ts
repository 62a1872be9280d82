/** Time in which no monitor watched; ms since 1970. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Returns how much of a time lies in gaps; ms. */
export function overlapMs(from: number, to: number, gaps: readonly Gap[]): number {
  return gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(to, gap.to) - Math.max(from, gap.from)), 0);
}
