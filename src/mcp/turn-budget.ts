import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeStateFile } from '../state-file.ts';

/** A turn of Hermes has 90 model calls; used up, the card is blocked as given up. */
const callsInTurn = 80;

/** Counts the calls of one turn, on disk: a server that died and was started again goes on counting. */
export function makeTurnBudget(stateDir: string, card: string): { isUsedUp(): boolean } {
  const path = join(stateDir, `turn-${encodeURIComponent(card)}.json`);
  return {
    isUsedUp: () => {
      const calls = read(path) + 1;
      const usedUp = calls >= callsInTurn;
      writeStateFile(path, JSON.stringify({ calls: usedUp ? 0 : calls }));
      return usedUp;
    },
  };
}

function read(path: string): number {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const calls = typeof value === 'object' && value !== null && 'calls' in value ? value.calls : 0;
    return typeof calls === 'number' ? calls : 0;
  } catch {
    return 0;
  }
}
