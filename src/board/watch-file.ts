import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { watchFailure } from '../system/watch-failure.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { fileKeyAt } from '../system/if-readable.ts';

/** How often the file is checked if the kernel cannot tell; ms. */
const everyMs = 1_000;

/**
 * Hints when a file changes, appears or vanishes, until the signal aborts. Without a free inotify instance or watch it
 * reads the file's time and size once a second, and `notice` says why.
 */
export function watchFile(
  path: string,
  onHint: () => void,
  signal: AbortSignal,
  notice: (line: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    const poll = (error: unknown): void => {
      if (signal.aborted) return;
      notice(`${watchFailure(error)}: the card is read once a second instead`);
      pollFile(path, onHint, signal);
    };
    try {
      makeOwnFolder(dirname(path));
      // It watches the folder, because the file may not be there yet.
      const watcher = watch(dirname(path), { signal }, (_, name) => {
        if (name === null || name === basename(path)) onHint();
      });
      watcher.on('error', (error) => {
        watcher.close();
        poll(error);
      });
    } catch (error) {
      poll(error);
    }
  });
}

function pollFile(path: string, onHint: () => void, signal: AbortSignal): void {
  let before = fileKeyAt(path);
  const timer = setInterval(() => {
    const now = fileKeyAt(path);
    if (now === before) return;
    before = now;
    onHint();
  }, everyMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
