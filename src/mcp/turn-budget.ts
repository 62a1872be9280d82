import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeStateFile } from '../state-file.ts';

/** A turn of Hermes has 90 model calls; used up, the card is blocked as given up. */
const callsInTurn = 80;

/**
 * Counts the calls of one turn, on disk: a server that died and was started again goes on counting.
 * @param run Hermes' id of the run: each begins with a fresh turn; `null`: it is not known.
 */
export function makeTurnBudget(
  stateDir: string,
  card: string,
  run: string | null,
): { isUsedUp(): boolean; begin(): void } {
  const path = join(stateDir, `turn-${encodeURIComponent(card)}.json`);
  const write = (calls: number): void => writeStateFile(path, JSON.stringify({ run, calls }));
  return {
    isUsedUp: () => {
      const calls = read(path, run) + 1;
      const usedUp = calls >= callsInTurn;
      write(usedUp ? 0 : calls);
      return usedUp;
    },
    begin: () => write(0),
  };
}

function read(path: string, run: string | null): number {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('calls' in value) || !('run' in value)) return 0;
    return value.run === run && typeof value.calls === 'number' ? value.calls : 0;
  } catch {
    return 0;
  }
}
