import type { HermesConfig, HermesHome } from '../../../hermes/home.ts';
import { parseSource } from '../../../yaml/source.ts';
import type { Context } from '../../context.ts';
import { ask, type Asked } from '../ask.ts';

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

/** A value of the config; `undefined`: it is not set, or the config does not parse. */
export function setting({ text }: HermesConfig, ...path: readonly string[]): unknown {
  const { doc } = parseSource(text);
  return doc.errors.length === 0 && doc.contents !== null ? doc.getIn(path) : undefined;
}
