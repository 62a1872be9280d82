import { watch, type FSWatcher, type Stats } from 'node:fs';
import { namesOrNone, statOrNull } from '../system/if-readable.ts';
import { ReportHints } from './report-hints.ts';
import { off, type HeardReports, type Trigger, type TriggerState, type TriggerWorld } from './trigger.ts';

/** How often a missing or replaced folder is looked for; where it cannot be watched, its time is read as often; ms. */
const everyMs = 1_000;
/** So many files are read at the start; there are never so many agents. */
const readAtMost = 1_000;

/**
 * Hints when an agent reports. The folder is watched, because nothing writes into it but such reports: a few in a turn
 * of an agent. It comes with the first report.
 */
export function reportsTrigger({ reports }: Pick<TriggerWorld, 'reports'>): Trigger {
  let state: TriggerState = off('it is not started');
  return {
    name: 'reports',
    start: (hint, signal) => {
      if (signal.aborted) return;
      state = { on: true };
      const folder = new WatchedFolder(reports, new ReportHints(hint, reports.newsOf));
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
  readonly #hints: ReportHints;
  readonly #newsOf: HeardReports['newsOf'];
  #watcher: FSWatcher | null = null;
  /** The folder that is followed; `null`: none is there. */
  #followed: string | null = null;
  #time: number | null = null;

  constructor({ folder, newsOf }: HeardReports, hints: ReportHints) {
    this.#path = folder;
    this.#hints = hints;
    this.#newsOf = newsOf;
    this.#follow();
  }

  /** Follows a folder that came or was replaced. Without a watch it compares the folder's time. */
  look(): void {
    const stat = statOrNull(this.#path);
    const time = stat?.mtimeMs ?? null;
    if (identityOf(stat) !== this.#followed) {
      this.#follow();
      if (this.#followed !== null) this.#hints.take('changed', '');
    } else if (this.#watcher === null && time !== this.#time) this.#hints.take('turn', '');
    this.#time = time;
  }

  close(): void {
    this.#hints.close();
    this.#unwatch();
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
        if (name !== null) this.#hints.take(this.#newsOf(name), name);
      });
      watcher.on('error', () => this.#unwatch());
      this.#watcher = watcher;
      for (const name of namesOrNone(this.#path).slice(0, readAtMost)) {
        if (this.#newsOf(name) !== 'none') this.#hints.know(name);
      }
    } catch {
      // No inotify is left: the folder's time tells it, a second later.
    }
  }
}

/** Names a folder: another one may get its inode. */
function identityOf(stat: Stats | null): string | null {
  return stat === null ? null : `${stat.ino} ${stat.birthtimeMs}`;
}
