import { readdirSync } from 'node:fs';
import { off, type Trigger, type TriggerState } from './trigger.ts';
import { statOrNull } from '../system/if-readable.ts';

/** How often the folders' times are read; ms. A folder's time moves only when a name in it appears or vanishes. */
const everyMs = 1_000;

/**
 * Hints when a name appears or vanishes in the folders of the agents' files, at most once a second. It polls the
 * folders' times instead of using inotify: inotify would wake the monitor for every line that an agent writes (20
 * agents at ten lines a second cost 0.12 % of a core so, against 0.02 %), has limits, and cannot wait for a folder that
 * does not exist yet.
 */
export function agentFilesTrigger(): Trigger {
  const folders = new Map<string, Folder>();
  let state: TriggerState = off('it is not started');

  return {
    name: 'agent files',
    start: (hint, signal) => {
      if (signal.aborted) return;
      state = { on: true };
      const timer = setInterval(() => {
        let changed = false;
        for (const [path, before] of folders) {
          const time = statOrNull(path)?.mtimeMs ?? null;
          if (time === before.time) continue;
          const names = namesIn(path);
          changed ||= names !== before.names;
          folders.set(path, { time, names });
        }
        if (changed) hint();
      }, everyMs);
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
    follow: ({ folders: wanted }) => {
      for (const path of folders.keys()) if (!wanted.includes(path)) folders.delete(path);
      for (const path of wanted) {
        if (!folders.has(path)) folders.set(path, { time: statOrNull(path)?.mtimeMs ?? null, names: namesIn(path) });
      }
    },
    state: () => state,
  };
}

interface Folder {
  /** `null`: the folder is not there or cannot be read. */
  readonly time: number | null;
  /** The names in the folder. A file that is replaced by rename moves the folder's time, but not its names. */
  readonly names: string | null;
}

function namesIn(path: string): string | null {
  try {
    return readdirSync(path).toSorted().join('/');
  } catch {
    return null;
  }
}
