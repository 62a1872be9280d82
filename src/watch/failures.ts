import { errorLines, RegistryError } from '../errors.ts';
import type { Turn } from './loop.ts';

/**
 * The failures of passes that do not end a watch: a disk that is full at night, or a defect that one odd file brings out,
 * must not end the watch of all others.
 */
export class Failures {
  readonly #say: (line: string) => void;
  #hasPassed = false;
  #said: string | null = null;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /**
   * Tells how a pass failed, once for each change.
   * @throws the failure of a pass before any has succeeded, unless it is a RegistryError
   */
  hear(turn: Turn<unknown>): void {
    if (turn.kind === 'passed') {
      this.#hasPassed = true;
      this.#said = null;
    }
    if (turn.kind !== 'failed') return;
    const { error } = turn;
    if (!this.#hasPassed && !(error instanceof RegistryError)) throw error;
    if (error.message !== this.#said) troubleLines('a pass', error).forEach(this.#say);
    this.#said = error.message;
  }
}

/**
 * Returns the lines about a failure that does not end the watch. A RegistryError says by itself what was not done.
 * @param what failed: `a pass`
 */
export function troubleLines(what: string, error: Error): readonly string[] {
  if (!(error instanceof RegistryError)) return [`${what} failed, the watch goes on: ${error.message}`];
  return errorLines(error);
}
