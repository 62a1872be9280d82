import type { Need } from '../core/plan/need.ts';
import type { Observation } from '../core/model/observation.ts';

/**
 * Observes the world once. It never throws for a source that fails: that source is blind, with its reason and cure.
 */
export type Observe = (
  need: Need,
  signal: AbortSignal,
) => Promise<{ readonly observation: Observation; readonly cost: ObservationCost }>;

export interface ObservationCost {
  readonly spawns: number;
  readonly bytesRead: number;
}
