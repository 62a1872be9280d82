import type { HermesConfig, HermesHome } from '../hermes-home.ts';
import { setting } from '../setting.ts';
import type { Context } from '../../operations/context.ts';
import { ask, type Asked } from '../../operations/doctor/ask.ts';

/** What the checks of a Hermes look at. */
export interface HermesWorld {
  readonly context: Context;
  readonly home: HermesHome;
  readonly config: HermesConfig;
  /** What `hermes --version` says. */
  readonly version: string;
}

/** Its start takes 0.5 s, and many times that on a busy machine; ms. */
const deadlineMs = 15_000;

export function askHermes(
  { settings, env, signal }: Context,
  home: HermesHome,
  words: readonly string[],
): Promise<Asked> {
  return ask(settings.hermes.command, words, signal, { deadlineMs, env: { ...env, HERMES_HOME: home.root } });
}

export function askPython(python: string, words: readonly string[], { signal }: Context): Promise<Asked> {
  return ask(python, words, signal, { deadlineMs });
}

/** The words of a list in the config; none where it is no list. */
export function words(config: HermesConfig, ...path: readonly string[]): readonly string[] {
  const value = setting(config, ...path);
  return Array.isArray(value) ? value.map(String) : [];
}
