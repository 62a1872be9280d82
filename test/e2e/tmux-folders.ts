import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installed } from './agent-lab/installed.ts';

/**
 * Returns the tmuxes of a test, each as its name and the folder of its program: that of the machine and, on a Debian,
 * the one of the next release. `TMUX_VERSIONS` names others: `own`, a version that `scripts/foreign-program.mjs` knows,
 * or the folder of a tmux that the user built.
 */
export function tmuxFolders(): readonly (readonly [string, string])[] {
  const usual = hasDebian() ? 'own 3.5a' : 'own';
  const words = (process.env['TMUX_VERSIONS'] ?? usual).split(' ');
  return words.map((word) => [word, folderOf(word)]);
}

function folderOf(word: string): string {
  if (word.includes('/')) return word;
  if (word !== 'own') return installed('tmux', word).bin;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.find((folder) => existsSync(join(folder, 'tmux'))) ?? dirname('tmux');
}

function hasDebian(): boolean {
  return spawnSync('apt-get', ['--version']).status === 0;
}
