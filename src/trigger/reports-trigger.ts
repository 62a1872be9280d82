import { watch, type FSWatcher, type Stats } from 'node:fs';
import { join } from 'node:path';
import { reporterIn } from '../core/model/report.ts';
import { statOrNull } from '../system/if-readable.ts';
import { off, type Hint, type Trigger, type TriggerState, type TriggerWorld } from './trigger.ts';

/** How often a missing or replaced folder is looked for; where it cannot be watched, its time is read as often; ms. */
const everyMs = 1_000;
/** A hook speaks before its agent acts: a process that reports its end still lives. So a second look follows; ms. */
const againAfterMs = 1_000;

/**
 * Hints when an agent reports. The folder is watched, because nothing writes into it but such reports: a few in a turn
 * of an agent. It comes with the first report.
 */
export function reportsTrigger({ reportsFolder: path }: Pick<TriggerWorld, 'reportsFolder'>): Trigger {
  let state: TriggerState = off('it is not started');
  return {
    name: 'reports',
    start: (hint, signal) => {
      if (signal.aborted) return;
      state = { on: true };
      const folder = new WatchedFolder(path, hint);
      const timer = setInterval(() => folder.look(), everyMs);
      signal.addEventListener(
        'abort',
        () => {
          clearInterval(timer);
          folder.close();
        },
        { once: true },
      );
    },
    state: () => state,
  };
}

/** Follows one folder, through its removal and return. */
class WatchedFolder {
  readonly #path: string;
  readonly #hint: Hint;
  #watcher: FSWatcher | null = null;
  /** The folder that is followed; `null`: none is there. */
  #followed: string | null = null;
  #time: number | null = null;
  #again: NodeJS.Timeout | undefined;

  constructor(path: string, hint: Hint) {
    this.#path = path;
    this.#hint = hint;
    this.#follow();
  }

  /** Follows a folder that came or was replaced. Without a watch it compares the folder's time. */
  look(): void {
    const stat = statOrNull(this.#path);
    const time = stat?.mtimeMs ?? null;
    if (identityOf(stat) !== this.#followed) {
      this.#follow();
      if (this.#followed !== null) this.#tell();
    } else if (this.#watcher === null && time !== this.#time) this.#tell();
    this.#time = time;
  }

  close(): void {
    clearTimeout(this.#again);
    this.#unwatch();
  }

  #tell(): void {
    this.#hint();
    clearTimeout(this.#again);
    this.#again = setTimeout(this.#hint, againAfterMs);
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #follow(): void {
    this.#unwatch();
    const stat = statOrNull(this.#path);
    this.#followed = identityOf(stat);
    this.#time = stat?.mtimeMs ?? null;
    if (this.#followed === null) return;
    try {
      const watcher = watch(this.#path, (_, name) => {
        // A report that is removed tells nothing.
        if (name !== null && reporterIn(name) !== null && statOrNull(join(this.#path, name)) !== null) this.#tell();
      });
      watcher.on('error', () => this.#unwatch());
      this.#watcher = watcher;
    } catch {
      // No inotify is left: the folder's time tells it, a second later.
    }
  }
}

/** Names a folder: another one may get its inode. */
function identityOf(stat: Stats | null): string | null {
  return stat === null ? null : `${stat.ino} ${stat.birthtimeMs}`;
}
