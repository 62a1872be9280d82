import { join } from 'node:path';
import { isObject, readJson } from '../system/json.ts';
import { writeStateFile } from '../system/replace-file.ts';

/**
 * Counts the calls of one turn, on disk: a server that died and was started again goes on counting.
 * A board blocks the card of a worker that uses up its calls inside a turn.
 * @param run the board's id of the run: each begins with a fresh turn; `null`: it is not known.
 * @param most the call that ends a turn
 */
export function makeTurnBudget(
  stateDir: string,
  { card, run, most }: { readonly card: string; readonly run: string | null; readonly most: number },
): { isUsedUp(): boolean; begin(): void } {
  const path = join(stateDir, `turn-${encodeURIComponent(card)}.json`);
  const write = (calls: number): void => writeStateFile(path, JSON.stringify({ run, calls }));
  return {
    isUsedUp: () => {
      const calls = read(path, run) + 1;
      const usedUp = calls >= most;
      write(usedUp ? 0 : calls);
      return usedUp;
    },
    begin: () => write(0),
  };
}

function read(path: string, run: string | null): number {
  const kept = readJson(path, (value) => (isObject(value) ? value : null));
  return kept?.['run'] === run && typeof kept['calls'] === 'number' ? kept['calls'] : 0;
}
