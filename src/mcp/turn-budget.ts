import { join } from 'node:path';
import { regularText } from '../system/read-regular.ts';
import { writeStateFile } from '../system/state-file.ts';

/**
 * Counts the calls of one turn, on disk: a server that died and was started again goes on counting.
 * Used up inside, Hermes blocks the card as given up.
 * @param run Hermes' id of the run: each begins with a fresh turn; `null`: it is not known.
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
  try {
    const value: unknown = JSON.parse(regularText(path) ?? '');
    if (typeof value !== 'object' || value === null || !('calls' in value) || !('run' in value)) return 0;
    return value.run === run && typeof value.calls === 'number' ? value.calls : 0;
  } catch {
    return 0;
  }
}
