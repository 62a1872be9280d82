import type { Trigger, TriggerState, Watched } from './trigger.ts';

export interface NamedState {
  readonly name: string;
  readonly hearsDeaths: boolean;
  readonly state: TriggerState;
}

/** Returns what each trigger says of itself. */
export function statesOf(triggers: readonly Trigger[]): readonly NamedState[] {
  return triggers.map((trigger) => {
    return { name: trigger.name, hearsDeaths: trigger.hearsDeaths === true, state: trigger.state() };
  });
}

/** Says why only the poll sees deaths; `null` where a trigger hears of them. */
export function pollOnly(states: readonly NamedState[]): string | null {
  const hearing = states.filter(({ hearsDeaths }) => hearsDeaths);
  if (hearing.length === 0) return 'nothing on this system tells of deaths';
  if (hearing.some(({ state }) => state.on)) return null;
  return hearing.flatMap(({ name, state }) => (state.on ? [] : [`${name}: ${state.because}`])).join('; ');
}

/** How long the triggers' own tests may take; ms. */
const probeMs = 2_000;

/**
 * Starts triggers for a trial, and ends them again.
 * @returns the state that each then reports
 */
export async function probe(
  triggers: readonly Trigger[],
  watched: Watched,
  signal: AbortSignal,
): Promise<readonly NamedState[]> {
  const over = new AbortController();
  const trying = AbortSignal.any([signal, over.signal]);
  const late = setTimeout(() => over.abort(), probeMs);
  const ended = new Promise<void>((resolve) => trying.addEventListener('abort', () => resolve(), { once: true }));
  const tried = triggers.map(async (trigger) => {
    await trigger.start(() => undefined, trying);
    await trigger.follow?.(watched);
  });
  await Promise.race([Promise.all(tried), ended]);
  clearTimeout(late);
  const states = statesOf(triggers);
  over.abort();
  return states;
}
