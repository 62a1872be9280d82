import { heartbeatNote } from '../core/messages.ts';
import { BoardError } from '../errors.ts';
import type { Trigger } from '../trigger/trigger.ts';
import { pollOnly, statesOf } from '../trigger/triggers.ts';
import type { Found } from './found.ts';
import type { PassResult } from './pass.ts';

/** What a run's passes and calls of the board came to. */
export interface Seen {
  last: PassResult | null;
  heldUntil: number | null;
  /** Why the card was not told, or not asked. */
  trouble: Error | null;
  /** Why the last pass failed. */
  failure: Error | null;
}

/** What a heartbeat says: that we live, what was found, what it costs, and what is wrong. */
export function heartbeatOf(
  { kinds, lastAt }: Found,
  seen: Readonly<Seen>,
  triggers: readonly Trigger[],
  now: number,
): string {
  const { last, trouble, failure } = seen;
  const states = statesOf(triggers);
  // What keeps us from telling is not always the board: a full disk takes no intent.
  const refused = trouble instanceof BoardError ? trouble : null;
  return heartbeatNote({
    drifts: kinds.length,
    lastAt,
    now,
    lastLookAt: last?.at ?? null,
    passMs: last?.cost.ms ?? null,
    spawns: last?.cost.spawns ?? null,
    blind: last?.plan.blind.map(({ source }) => source) ?? [],
    triggers: ['timer', ...states.flatMap(({ name, state }) => (state.on ? [name] : []))],
    pollOnly: pollOnly(states),
    boardTrouble: refused?.message ?? null,
    passTrouble: (failure ?? (refused === null ? trouble : null))?.message ?? null,
    notKept: last?.notKept ?? null,
  });
}
