import { shellQuote } from './text.ts';

export interface RegistryPlace {
  readonly path: string;
  /** Every command finds this registry without a flag. */
  readonly isUsual: boolean;
}

/** Returns a command for a person to paste, which finds the same registry in any shell. */
export function shellCommand({ path, isUsual }: RegistryPlace, ...words: readonly string[]): string {
  const place = isUsual ? [] : ['--registry', path];
  return ['agent-sessions-monitor', ...place, ...words].map(shellQuote).join(' ');
}
