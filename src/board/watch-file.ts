import { mkdirSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { watchFailure } from '../system/watch-failure.ts';

/** Where the kernel cannot tell, the file is asked so often; ms. */
const everyMs = 1_000;

/**
 * Hints when a file changes, comes or goes, until the signal aborts. Where no inotify instance or watch is left, the
 * file's time and size are asked once a second instead, and `notice` says why.
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
      notice(`${watchFailure(error)}: the card is looked at once a second instead`);
      pollFile(path, onHint, signal);
    };
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // The folder, not the file: it may not be there yet.
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
  let before = stampOf(path);
  const timer = setInterval(() => {
    const now = stampOf(path);
    if (now === before) return;
    before = now;
    onHint();
  }, everyMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

function stampOf(path: string): string | null {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return null;
  }
}
