import { heartbeatNote } from '../core/words/messages.ts';
import { BoardError } from '../errors.ts';
import { pollOnly, statesOf } from '../trigger/probe.ts';
import type { RunDrifts } from './run-drifts.ts';
import type { Passes } from './passes.ts';

/**
 * Returns the note of a heartbeat: that the monitor lives, what was found, what it costs, and what is wrong.
 * @param trouble why the card could not be told or read
 */
export function heartbeatOf(
  { kinds, lastAt }: RunDrifts,
  { last, failure, triggers, follower }: Pick<Passes, 'last' | 'failure' | 'triggers' | 'follower'>,
  trouble: Error | null,
): string {
  const states = statesOf(triggers);
  // The board is not always the reason why the card was not told: a full disk takes no intent.
  const refused = trouble instanceof BoardError ? trouble : null;
  return heartbeatNote({
    drifts: kinds.length,
    lastAt,
    lastPassAt: last?.at ?? null,
    passMs: last?.cost.ms ?? null,
    spawns: last?.cost.spawns ?? null,
    blind: last?.plan.blind.map(({ source }) => source) ?? [],
    triggers: ['timer', ...states.flatMap(({ name, state }) => (state.on ? [name] : []))],
    pollOnly: pollOnly(states),
    boardTrouble: refused?.message ?? null,
    passTrouble: (failure ?? (refused === null ? trouble : null))?.message ?? null,
    notKept: last?.notKept ?? null,
    beside: follower?.trouble ?? null,
  });
}
