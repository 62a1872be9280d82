import type { Plan, PlanInput } from '../model/plan.ts';
import type { View } from '../model/view.ts';
import { adopt } from '../place/adoption.ts';
import { absentDrifts } from './absent-drifts.ts';
import { detect } from './detect.ts';
import { group } from './mass-events.ts';
import { holdBack } from './hold-back.ts';
import { judge } from './judge.ts';
import { locate } from './locate.ts';
import { remember } from './remember.ts';
import { sightings } from './sightings.ts';

/**
 * Plans what to tell and what to write, from the registry, the observation and the memory. Nothing is done yet.
 *
 *     locate      whose session is it, and where is its pane
 *     judge       does it live; which conversation does its agent run
 *     group       do many deaths have one cause
 *     detect      what differs from the registry, by kind
 *     hold back   what has changed just now, is pinned, was undone, or cannot be edited
 *     remember    what the next pass must know
 *
 * 1. Each stage takes whole lists and returns whole lists. None asks an earlier one back.
 * 2. Input and plan are plain data: `explain --dump` writes both, and a replay makes the same plan.
 * 3. If another observation is asked for, everything that depends on it is left out: each plan may be carried out as it
 *    is.
 */
export function plan(asked: PlanInput): Plan {
  const { input, adopted, edits: hostEdits } = adopt(asked);
  const located = locate(input);
  const judged = judge(located, input);
  const groups = group(judged.entries, input);
  const view: View = { input, ...judged, ...groups };
  const differences = detect(view);
  const { drifts, silentEdits, deferred, lookAgain } = holdBack(differences, hostEdits, view);
  const nextMemory = remember(drifts, view);
  return {
    drifts,
    silentEdits,
    absentDrifts: absentDrifts(drifts, deferred, view),
    verdicts: view.verdicts,
    deferred,
    blind: view.blind,
    lookAgain,
    tombstones: [...view.tombstones].map(([incarnation, session]) => ({ incarnation, session })),
    seen: sightings(view, drifts, nextMemory),
    adopted,
    nextMemory,
  };
}
