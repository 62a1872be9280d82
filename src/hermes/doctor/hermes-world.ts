import { shellQuote } from '../../core/words/text.ts';
import { askProgram, type Asked } from '../../system/ask-program.ts';
import type { HermesConfig } from '../hermes-config.ts';
import type { HermesContext, HermesHome } from '../hermes-home.ts';

/** The inputs of the checks of a Hermes. */
export interface HermesWorld {
  readonly context: HermesContext;
  readonly home: HermesHome;
  readonly config: HermesConfig;
  /** What `hermes --version` says. */
  readonly version: string;
}

/** Hermes starts in 0.5 s, and takes many times as long on a busy machine; ms. */
const deadlineMs = 15_000;

export function askHermes(context: HermesContext, home: HermesHome, words: readonly string[]): Promise<Asked> {
  const { settings, env, signal } = context;
  return askProgram(settings.hermes.command, words, signal, { deadlineMs, env: { ...env, HERMES_HOME: home.root } });
}

export function askPython(python: string, words: readonly string[], { signal }: HermesContext): Promise<Asked> {
  return askProgram(python, words, signal, { deadlineMs });
}

/** Returns the command that brings skill and entry of that profile up to date. */
export function setupCommand({ root, profile }: HermesHome): string {
  const words = ['asm', 'setup', '--hermes-home', root, ...(profile === 'default' ? [] : ['--profile', profile])];
  return words.map(shellQuote).join(' ');
}
