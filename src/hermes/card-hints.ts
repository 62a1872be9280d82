import { rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeForFolderOwner } from '../system/folder-owner.ts';
import { makeOwnFolder } from '../system/own-folder.ts';

/** Below the state folder; the plugin in Hermes (`src/hermes/plugin/hints.py`) looks there too. */
const folder = 'hermes/watched';

/**
 * Hears what the plugin in Hermes knows of a card (claimed, completed, blocked) before `tail` tells it. A watched card
 * has an empty file, which the plugin touches: cards that no monitor works leave nothing behind. Without the plugin, or
 * where the file cannot be made or watched, there are no such hints, and `tail` tells alone.
 */
export function hearPlugin(stateDir: string, card: string, onHint: () => void, signal: AbortSignal): void {
  if (signal.aborted || !/^[\w-]+$/.test(card)) return;
  const path = join(stateDir, folder, card);
  try {
    makeOwnFolder(join(stateDir, folder));
    makeForFolderOwner(path);
    writeFileSync(path, '', { mode: 0o600 });
    const watcher = watch(path, onHint);
    watcher.on('error', () => watcher.close());
    const end = (): void => {
      watcher.close();
      forget(path);
    };
    signal.addEventListener('abort', end, { once: true });
  } catch {
    // A full disk, or no inotify instance left.
    forget(path);
  }
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // An empty file that stays does no harm: it is used again.
  }
}
