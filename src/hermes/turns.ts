/** Hermes' own default of `agent.max_turns`: calls of the model in one turn. */
export const usualModelCalls = 90;
/** How many calls of this program's tools fit into a usual turn: the model spends a few calls elsewhere. */
export const callsInTurn = 80;

/**
 * Returns how many calls of this program's tools fit into a turn; `null`: as many as usual.
 * @param modelCalls what the profile allows
 */
export function fewerCallsInTurn(modelCalls: number): number | null {
  if (modelCalls >= usualModelCalls) return null;
  return Math.max(1, Math.floor(modelCalls / 2), modelCalls - (usualModelCalls - callsInTurn));
}

/**
 * Decides whether Hermes gives a goal card one turn only: before 0.19.0 (0.18.2 never enters its goal loop).
 * @param version what `hermes --version` says
 */
export function isBeforeTurns(version: string): boolean {
  return /(?<![\d.])0\.(?:\d|1[0-8])\.\d/.test(version);
}
