import { isNode } from 'yaml';
import { parseSource } from '../yaml/source.ts';
import type { HermesConfig } from './hermes-home.ts';

/** A value of the config; `undefined`: it is not set, or the config does not parse. */
export function setting({ text }: HermesConfig, ...path: readonly string[]): unknown {
  const { doc } = parseSource(text);
  if (doc.errors.length > 0 || doc.contents === null) return undefined;
  const value = doc.getIn(path);
  return isNode(value) ? value.toJS(doc) : value;
}
