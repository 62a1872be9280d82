import { readdirSync, statSync } from 'node:fs';
import { off, type Trigger, type TriggerState } from './trigger.ts';

/** The kernel's time of a folder moves only when a name in it appears or vanishes: asked so often; ms. */
const everyMs = 1_000;

/**
 * Hints when a name appears or vanishes in the folders of the agents' files, at most once a second. The folders' own
 * times are asked, not inotify: it would wake us for every line that an agent writes (20 agents at ten lines a second
 * cost 0.12 % of a core so, against 0.02 %), has limits, and cannot wait for a folder that is not there yet.
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
          const time = timeOf(path);
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
        if (!folders.has(path)) folders.set(path, { time: timeOf(path), names: namesIn(path) });
      }
    },
    state: () => state,
  };
}

interface Folder {
  /** `null`: it is not there, or may not be seen. */
  readonly time: number | null;
  /** A file that is written anew by rename moves the folder's time, but not its names. */
  readonly names: string | null;
}

function timeOf(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
  } catch {
    return null;
  }
}

function namesIn(path: string): string | null {
  try {
    return readdirSync(path).toSorted().join('/');
  } catch {
    return null;
  }
}
