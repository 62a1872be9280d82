import { readFileSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isNode } from 'yaml';
import { UsageError } from '../errors.ts';
import { codeOf, messageOf } from '../system/errno.ts';
import { obstacleTo } from '../system/obstacle.ts';
import { withRegular } from '../system/read-regular.ts';
import { parseSource } from '../yaml/source.ts';
import type { HermesHome } from './hermes-home.ts';
import { usualModelCalls } from './turns.ts';

/** The `config.yaml` of a profile. */
export interface HermesConfig {
  /** The path with links resolved. */
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the config of a profile; `null`: there is none.
 * @throws UsageError if it cannot be read, or is not UTF-8
 */
export async function readHermesConfig({ folder }: Pick<HermesHome, 'folder'>): Promise<HermesConfig | null> {
  const place = join(folder, 'config.yaml');
  try {
    const path = await realpath(place);
    const bytes = withRegular(path, statSync(path), (file) => readFileSync(file));
    if (bytes === null) throw new Error('it is no regular file');
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT') return null;
    if (code === 'ENOTDIR') throw noHermesConfig({ folder });
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : code || messageOf(cause);
    throw new UsageError(`the config of Hermes cannot be read: ${reason}`, {
      where: place,
      cure: 'make it a file in UTF-8 that you can read',
      cause,
    });
  }
}

/** Stands in for a config that does not exist: nothing is set in it. */
export function emptyConfig({ folder }: HermesHome): HermesConfig {
  return { path: join(folder, 'config.yaml'), text: '' };
}

export function noHermesConfig({ folder }: Pick<HermesHome, 'folder'>): UsageError {
  const path = join(folder, 'config.yaml');
  const obstacle = obstacleTo(path);
  if (obstacle !== null) {
    const { message, cure, path: where } = obstacle;
    return new UsageError(`the config of Hermes cannot be read: ${message}`, { where, cure });
  }
  return new UsageError('there is no config of Hermes', {
    where: path,
    cure: 'name its home with --hermes-home, or make one: hermes setup; without Hermes: asm setup --client NAME',
  });
}

/** Returns a value of the config; `undefined`: it is not set, or the config does not parse. */
export function setting({ text }: HermesConfig, ...path: readonly string[]): unknown {
  const { doc } = parseSource(text);
  if (doc.errors.length > 0 || doc.contents === null) return undefined;
  const value = doc.getIn(path);
  try {
    return isNode(value) ? value.toJS(doc) : value;
  } catch {
    // Aliases are resolved only now: one merges what is no map, or they would fill the memory.
    return undefined;
  }
}

/** Returns the words of a list in the config; none where it is no list. */
export function words(config: HermesConfig, ...path: readonly string[]): readonly string[] {
  const value = setting(config, ...path);
  return Array.isArray(value) ? value.map(String) : [];
}

/** Returns how many calls of the model the profile allows in one turn. */
export function modelCallsInTurn(config: HermesConfig): number {
  // Hermes counts 0 as not set. Older configs have the setting in the second place.
  const set = setting(config, 'agent', 'max_turns') || setting(config, 'max_turns');
  return typeof set === 'number' && set > 0 ? set : usualModelCalls;
}
