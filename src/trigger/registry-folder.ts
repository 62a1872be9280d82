import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** chokidar may drop the last change of a burst: look once more after so long. ms. */
const againAfterMs = 1_000;

/**
 * Calls back when the registry may have changed: a hint, the file is read anew. The folder is watched, not the file:
 * a file that is replaced by rename would be lost. Resolves on abort.
 */
export async function watchRegistry(path: string, onHint: () => void, signal: AbortSignal): Promise<void> {
  const { watch } = await import('chokidar');
  const names = new Set([path, resolved(path)]);
  const folders = [...new Set([...names].map((name) => dirname(name)))];
  const isRegistry = (name: string) => [...names].some((one) => basename(one) === basename(name));
  const watcher = watch(folders, { depth: 0, ignoreInitial: true });
  let again: NodeJS.Timeout | undefined;
  watcher.on('all', (_, name) => {
    if (!isRegistry(name)) return;
    onHint();
    clearTimeout(again);
    again = setTimeout(onHint, againAfterMs);
  });
  // No inotify watch left: the poll does it alone.
  watcher.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearTimeout(again);
  await watcher.close();
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
