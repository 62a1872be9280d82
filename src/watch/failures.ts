import { errorLines, RegistryError } from '../errors.ts';
import type { Turn } from './loop.ts';

/** Decides whether a loop goes on after a pass that failed. @param hasPassed a pass has succeeded before */
export type GoesOn = (error: Error, hasPassed: boolean) => boolean;

/**
 * A disk that is full at night, or a defect that one odd file brings out, must not end the watch of all others. Before any
 * pass has succeeded only a registry that cannot be read or written is waited for.
 */
export const watchGoesOn: GoesOn = (error, hasPassed) => hasPassed || error instanceof RegistryError;

/** A command that shows what passes see waits for a registry that is half saved or locked, once it has shown something. */
export const showGoesOn: GoesOn = (error, hasPassed) => hasPassed && error instanceof RegistryError;

/** The failures of passes that do not end a loop. */
export class Failures {
  readonly #say: (line: string) => void;
  readonly #goesOn: GoesOn;
  #hasPassed = false;
  #said: string | null = null;

  constructor(say: (line: string) => void, goesOn: GoesOn) {
    this.#say = say;
    this.#goesOn = goesOn;
  }

  /** Tells how a pass failed, once for each change. @throws the failure that ends the loop */
  hear(turn: Turn<unknown>): void {
    if (turn.kind === 'passed') {
      this.#hasPassed = true;
      this.#said = null;
    }
    if (turn.kind !== 'failed') return;
    const { error } = turn;
    if (!this.#goesOn(error, this.#hasPassed)) throw error;
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
