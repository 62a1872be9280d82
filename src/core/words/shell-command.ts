import { shellQuote } from './text.ts';

export interface RegistryPlace {
  readonly path: string;
  /** Every command finds this registry without a flag. */
  readonly isUsual: boolean;
  /** The words that start this program: its name, or how it was started if the user's shell does not find the name. */
  readonly program: readonly string[];
}

/** Returns a command for a person to paste, which finds this program and the same registry in any shell. */
export function shellCommand({ path, isUsual, program }: RegistryPlace, ...words: readonly string[]): string {
  const place = isUsual ? [] : ['--registry', path];
  return [...program, ...place, ...words].map(shellQuote).join(' ');
}
