import { basename, dirname } from 'node:path';
import { realPathOf } from '../system/real-path.ts';
import { watchFailure } from '../system/watch-failure.ts';
import { off, type Trigger, type TriggerState, type TriggerWorld } from './trigger.ts';

/** How long to wait until the monitor's own pass has said which text it left: its own write is no hint; ms. */
const settleMs = 100;
/** chokidar may drop the last change of a burst, so the text is compared once more after so long; ms. */
const againAfterMs = 1_000;

/**
 * Hints when another writer changed the registry. It watches the folder, not the file: the watch of a file that is
 * replaced by rename would be lost.
 */
export function registryTrigger({
  registryPath: path,
  registryHash: hashNow,
}: Pick<TriggerWorld, 'registryPath' | 'registryHash'>): Trigger {
  let state: TriggerState = off('it is not started');
  let left: string | null | undefined;

  return {
    name: 'registry folder',
    start: async (hint, signal) => {
      const { watch } = await import('chokidar');
      if (signal.aborted) return;
      const names = new Set([path, realPathOf(path)]);
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
