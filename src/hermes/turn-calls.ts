import type { HermesConfig } from './hermes-home.ts';
import { setting } from './setting.ts';

/** Hermes' own default of `agent.max_turns`: calls of the model in one turn. */
const usualCalls = 90;
/** Of those that many calls of our tools: a few of the model's go elsewhere. */
export const callsInTurn = 80;

/** Calls of the model that the profile allows in one turn. */
export function modelCallsInTurn(config: HermesConfig): number {
  // Hermes counts 0 as not set; the second place is that of older configs.
  const set = setting(config, 'agent', 'max_turns') || setting(config, 'max_turns');
  return typeof set === 'number' && set > 0 ? set : usualCalls;
}

/** Calls of our tools that fit into such a turn; `null`: the usual ones. */
export function fewerCallsInTurn(config: HermesConfig): number | null {
  const calls = modelCallsInTurn(config);
  if (calls >= usualCalls) return null;
  return Math.max(1, Math.floor(calls / 2), calls - (usualCalls - callsInTurn));
}
