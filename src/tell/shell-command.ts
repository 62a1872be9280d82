import { shellQuote } from '../core/words/text.ts';

export interface RegistryPlace {
  readonly path: string;
  /** Every command finds it by itself. */
  readonly isUsual: boolean;
}

/** A command of ours for a person to paste, which finds the same registry in any shell. */
export function shellCommand({ path, isUsual }: RegistryPlace, ...words: readonly string[]): string {
  const place = isUsual ? [] : ['--registry', path];
  return ['agent-sessions-monitor', ...place, ...words].map(shellQuote).join(' ');
}
