import { heartbeatNote } from '../core/words/messages.ts';
import { BoardError } from '../errors.ts';
import type { Trigger } from '../trigger/trigger.ts';
import { pollOnly, statesOf } from '../trigger/triggers.ts';
import type { Found } from './found.ts';
import type { PassResult } from '../pass/pass.ts';

/** What the passes of one process came to, of whichever run, or of none. */
export interface Looks {
  /** When the first of them began; ms since 1970. */
  since: number | null;
  last: PassResult | null;
  /** Why the last one failed. */
  failure: Error | null;
}

export const noLooks = (): Looks => ({ since: null, last: null, failure: null });

/** Makes a pass, and keeps what it came to: what the signal broke off did not fail. */
export async function keepLook(
  looks: Looks,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
  look: () => Promise<PassResult>,
): Promise<PassResult> {
  looks.since ??= now();
  try {
    looks.last = await look();
    looks.failure = null;
    return looks.last;
  } catch (error) {
    if (!signal.aborted) looks.failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  }
}

/** What a heartbeat says: that we live, what was found, what it costs, and what is wrong. */
export function heartbeatOf(
  { kinds, lastAt }: Found,
  { last, failure }: Readonly<Looks>,
  /** Why the card was not told, or not asked. */
  trouble: Error | null,
  triggers: readonly Trigger[],
  now: number,
): string {
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
