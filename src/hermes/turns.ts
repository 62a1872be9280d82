import { setting, type HermesConfig } from './hermes-config.ts';

/** Hermes' own default of `agent.max_turns`: calls of the model in one turn. */
const usualCalls = 90;
/** Calls of our tools that fit into `usualCalls`: the model spends a few elsewhere. */
export const callsInTurn = 80;

/** Returns how many calls of the model the profile allows in one turn. */
export function modelCallsInTurn(config: HermesConfig): number {
  // Hermes counts 0 as not set; the second place is that of older configs.
  const set = setting(config, 'agent', 'max_turns') || setting(config, 'max_turns');
  return typeof set === 'number' && set > 0 ? set : usualCalls;
}

/** Returns how many calls of our tools fit into such a turn; `null`: the usual ones. */
export function fewerCallsInTurn(config: HermesConfig): number | null {
  const calls = modelCallsInTurn(config);
  if (calls >= usualCalls) return null;
  return Math.max(1, Math.floor(calls / 2), calls - (usualCalls - callsInTurn));
}

/** Decides whether Hermes gives a goal card one turn only: before 0.19.0 (0.18.2 never enters its goal loop). @param text what `hermes --version` says */
export function isBeforeTurns(text: string): boolean {
  return /(?<![\d.])0\.(?:\d|1[0-8])\.\d/.test(text);
}
