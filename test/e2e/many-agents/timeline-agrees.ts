import type { TimelineAnswer } from '../../../src/page/page-data.ts';
import type { Gap } from './gap.ts';
import { stateOf, type Played } from './state.ts';

/** A monitor takes longer than that from its start to its first pass; ms. */
const startMs = 200;

/**
 * Compares the bands of the page with what was so: the last band of each session is its state of now, and time in which
 * no monitor watched is not filled in.
 */
export function timelineDiffers(
  agents: readonly Played[],
  { rows }: TimelineAnswer,
  gaps: readonly Gap[],
): readonly string[] {
  const bands = new Map(rows.map((row) => [row.session, row.bands]));
  const moments = gaps.flatMap((gap) => (gap.to - gap.from > 3 * startMs ? [gap.from + startMs] : []));
  return agents.flatMap((agent) => {
    const { session } = agent;
    const own = bands.get(session) ?? [];
    const { liveness, activity } = stateOf(agent);
    const wanted = liveness === 'alive' ? (activity ?? 'alive') : liveness;
    const last = own.at(-1)?.what;
    const filled = moments.filter((at) => {
      const band = own.find((one) => one.from <= at && at < one.to);
      return at > (own[0]?.from ?? Infinity) && band?.what !== 'unwatched';
    });
    return [
      ...(last === wanted ? [] : [`the timeline ends with ${last} for ${session}, not ${wanted}`]),
      ...filled.map((at) => `the timeline fills ${new Date(at).toISOString()} for ${session}, which was not watched`),
    ];
  });
}
