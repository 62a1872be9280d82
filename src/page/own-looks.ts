import { watch } from 'node:fs';
import type { Context, PassReport } from '../operations/context.ts';
import { Debounce } from '../watch/debounce.ts';
import { loop } from '../watch/loop.ts';
import type { Looks, Taker, Watcher } from './looks.ts';

/**
 * The time between two looks grows with the time in which nothing changed: a look at 50 sessions takes 20 ms of a core,
 * and an open page on which nothing changes may cost 0.3 %; ms.
 */
const busyMs = 2_000;
const quietMs = 15_000;
const shareOfQuiet = 1 / 8;
/** A monitor that watches says in its files when to look. */
const besideMonitorMs = 30_000;

interface OwnLooksOptions {
  readonly context: Pick<Context, 'pass' | 'triggers'>;
  readonly watcher: () => Watcher | null;
  /** The registry's state folder, in which a monitor writes what it finds. */
  readonly stateDir: string;
}

/**
 * Looks with passes that write nothing, as long as someone reads the page. What a trigger hears is looked at at once,
 * the rest with the next look.
 */
export function ownLooks({ context, watcher, stateDir }: OwnLooksOptions): Looks {
  const look = async (taker: Taker, signal: AbortSignal): Promise<void> => {
    const debounce = new Debounce();
    const triggers = context.triggers();
    triggers.start(debounce.hint, signal);
    hintOnFiles(stateDir, debounce.hint, signal);
    let changedAt = performance.now();
    const restMs = (): number => {
      if (watcher() !== null) return besideMonitorMs;
      return Math.min(Math.max(busyMs, (performance.now() - changedAt) * shareOfQuiet), quietMs);
    };
    const turns = loop<PassReport>(
      {
        pass: () => context.pass({ mode: 'dry-run', reader: 'process' }),
        changesIn: ({ changes }) => changes,
        nextAt: (passedAt) => passedAt + restMs(),
        debounce,
        now: () => performance.now(),
      },
      signal,
    );
    for await (const turn of turns) {
      if (turn.kind === 'failed') taker.failed(turn.error);
      if (turn.kind !== 'passed') continue;
      triggers.follow(turn.result.watched);
      if (await taker.looked(turn.result)) changedAt = performance.now();
    }
  };
  return { watcher, begin: (taker, signal) => void look(taker, signal) };
}

/** Hints when a file of the folder changes. Where the kernel cannot tell, the next look finds it. */
function hintOnFiles(folder: string, hint: () => void, signal: AbortSignal): void {
  try {
    watch(folder, { signal }, hint).on('error', () => undefined);
  } catch {
    // No inotify instance is free.
  }
}
