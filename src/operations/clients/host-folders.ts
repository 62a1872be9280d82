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

/** Returns the file to which opencode's command adds (1.18.33). */
export function opencodeFile(folder: string): string {
  const plain = join(folder, 'opencode.json');
  return existsSync(plain) ? plain : join(folder, 'opencode.jsonc');
}
