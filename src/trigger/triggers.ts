import { agentFilesTrigger } from './agent-files-trigger.ts';
import { registryTrigger } from './registry-trigger.ts';
import { reportsTrigger } from './reports-trigger.ts';
import { terminalsTrigger } from './terminals-trigger.ts';
import type { Hint, MakeTrigger, Trigger, TriggerWorld, Watched } from './trigger.ts';

/** The triggers of this machine. A trigger is added by its file and its name here. */
const list: readonly MakeTrigger[] = [registryTrigger, agentFilesTrigger, reportsTrigger, terminalsTrigger];

/** All triggers as one. */
export interface Triggers {
  readonly all: readonly Trigger[];
  start(hint: Hint, signal: AbortSignal): void;
  follow(watched: Watched): void;
}

/**
 * Makes all triggers of this platform.
 * @param others triggers that the caller adds, such as the broker's
 */
export function makeTriggers(world: TriggerWorld, others: readonly Trigger[] = []): Triggers {
  const all = [...list.flatMap((make) => make(world) ?? []), ...others];
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
