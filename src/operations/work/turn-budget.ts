import { join } from 'node:path';
import type { Dispatched } from '../../board/board.ts';
import { fileNameOf } from '../../system/file-name.ts';
import { isObject, readJson } from '../../system/json.ts';
import { writeStateFile } from '../../system/replace-file.ts';

/**
 * Counts the calls of one turn of a dispatched worker, on disk: a restarted server goes on counting. A board blocks the
 * card of a worker that uses its turn up inside a call.
 */
export class TurnBudget {
  readonly #path: string;
  readonly #run: string | null;
  readonly #most: number;

  /**
   * Makes the budget of a dispatched worker.
   * @param most the call that ends a turn; `null`: as the board says
   */
  constructor(stateDir: string, { card, run, callsInTurn }: Omit<Dispatched, 'board'>, most: number | null) {
    this.#path = join(stateDir, `${fileNameOf(`turn-${card}`)}.json`);
    this.#run = run;
    this.#most = most ?? callsInTurn;
  }

  /**
   * Counts a call.
   * @returns whether one more would be too many for this turn
   */
  isUsedUp(): boolean {
    const calls = this.#read() + 1;
    const usedUp = calls >= this.#most;
    this.#write(usedUp ? 0 : calls);
    return usedUp;
  }

  /** Begins a fresh turn. */
  begin(): void {
    this.#write(0);
  }

  #write(calls: number): void {
    writeStateFile(this.#path, JSON.stringify({ run: this.#run, calls }));
  }

  #read(): number {
    const kept = readJson(this.#path, (value) => (isObject(value) ? value : null));
    return kept?.['run'] === this.#run && typeof kept['calls'] === 'number' ? kept['calls'] : 0;
  }
}
