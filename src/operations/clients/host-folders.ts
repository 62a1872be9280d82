import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setVariable } from '../../system/set-variable.ts';
import type { Place } from './client.ts';

/** Returns where programs of the command line keep their settings. */
export function configFolder({ env, home }: Place): string {
  return setVariable(env, 'XDG_CONFIG_HOME') ?? join(home, '.config');
}

/** Returns where desktop programs keep their files. */
export function applicationFolder(place: Place): string {
  return place.platform === 'darwin' ? join(place.home, 'Library/Application Support') : configFolder(place);
}

/** Returns the first of the files that is there; else the first, which the host would make. */
export function firstThere(folder: string, names: readonly string[]): string {
  const paths = names.map((name) => join(folder, name));
  return paths.find((path) => existsSync(path)) ?? paths[0] ?? folder;
}
