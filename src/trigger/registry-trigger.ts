import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { watchFailure } from '../system/watch-failure.ts';
import { off, type Trigger, type TriggerState } from './trigger.ts';

/** A writer's own pass tells meanwhile what it left: what we wrote ourselves is no news. ms. */
const settleMs = 100;
/** chokidar may drop the last change of a burst: look once more after so long. ms. */
const againAfterMs = 1_000;

/**
 * Hints when somebody else changed the registry. The folder is watched, not the file: a file that is replaced by
 * rename would be lost.
 * @param hashNow names the registry's present text as the looks do; `null`: no file.
 */
export function registryFolderTrigger(path: string, hashNow: () => string | null): Trigger {
  let state: TriggerState = off('it is not started');
  let left: string | null | undefined;

  return {
    name: 'registry folder',
    start: async (hint, signal) => {
      const { watch } = await import('chokidar');
      if (signal.aborted) return;
      const names = new Set([path, resolved(path)]);
      const isRegistry = (name: string) => [...names].some((one) => basename(one) === basename(name));
      const watcher = watch([...new Set([...names].map((name) => dirname(name)))], { depth: 0, ignoreInitial: true });
      const timers: (NodeJS.Timeout | undefined)[] = [];
      const check = (): void => {
        if (hashNow() !== left) hint();
      };
      watcher.on('all', (_, name) => {
        if (!isRegistry(name)) return;
        for (const [index, ms] of [settleMs, againAfterMs].entries()) {
          clearTimeout(timers[index]);
          timers[index] = setTimeout(check, ms);
        }
      });
      state = { on: true };
      watcher.on('error', (error) => (state = off(watchFailure(error))));
      signal.addEventListener(
        'abort',
        () => {
          for (const timer of timers) clearTimeout(timer);
          void watcher.close();
        },
        { once: true },
      );
      await new Promise<void>((resolve) => {
        watcher.once('ready', resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    follow: ({ registryHash }) => void (left = registryHash),
    state: () => state,
  };
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
