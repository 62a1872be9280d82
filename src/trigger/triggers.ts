import { agentFilesTrigger } from './agent-files-trigger.ts';
import { registryFolderTrigger } from './registry-trigger.ts';
import { terminalsTrigger } from './terminals-trigger.ts';
import type { Hint, Trigger, TriggerState, Watched } from './trigger.ts';

/** All triggers as one. */
export interface Triggers {
  readonly all: readonly Trigger[];
  start(hint: Hint, signal: AbortSignal): void;
  follow(watched: Watched): void;
}

export interface TriggerOptions {
  readonly registryPath: string;
  /** Names the registry's present text; `null`: no file. */
  readonly registryHash: () => string | null;
  /** Triggers that the caller adds, such as the broker's. */
  readonly others?: readonly Trigger[];
  readonly platform?: NodeJS.Platform;
}

export function makeTriggers(options: TriggerOptions): Triggers {
  const { registryPath, registryHash, others = [], platform = process.platform } = options;
  const all: readonly Trigger[] = [
    registryFolderTrigger(registryPath, registryHash),
    agentFilesTrigger(),
    ...(platform === 'linux' ? [terminalsTrigger()] : []),
    ...others,
  ];
  return {
    all,
    start: (hint, signal) => {
      for (const trigger of all) void trigger.start(hint, signal);
    },
    follow: (watched) => {
      for (const trigger of all) void trigger.follow?.(watched);
    },
  };
}

export interface NamedState {
  readonly name: string;
  readonly hearsDeaths: boolean;
  readonly state: TriggerState;
}

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
