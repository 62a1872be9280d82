import { watch } from 'node:fs';
import type { Context, PassReport } from '../operations/context.ts';
import { Debounce } from '../watch/debounce.ts';
import { loop } from '../watch/loop.ts';
import { Pace } from '../watch/pace.ts';
import type { Looks, Taker, Watcher } from './looks.ts';

/** A monitor that watches says in its files when to look. */
const besideMonitorMs = 30_000;

interface OwnLooksOptions {
  readonly context: Pick<Context, 'pass' | 'triggers'>;
  readonly watcher: () => Watcher | null;
  /** The registry's state folder, in which a monitor writes what it finds. */
  readonly stateDir: string;
}

/**
 * Looks with passes that write nothing, as long as a browser shows the page. What a trigger hears is looked at at once,
 * the rest with the next look.
 */
export function ownLooks({ context, watcher, stateDir }: OwnLooksOptions): Looks {
  const look = async (taker: Taker, signal: AbortSignal): Promise<void> => {
    const debounce = new Debounce();
    const triggers = context.triggers();
    triggers.start(debounce.hint, signal);
    hintOnFiles(stateDir, debounce.hint, signal);
    const now = (): number => performance.now();
    const pace = new Pace(now);
    const turns = loop<PassReport>(
      {
        pass: () => context.pass({ mode: 'dry-run', reader: 'process' }),
        changesIn: ({ changes }) => changes,
        nextAt: (passedAt) => passedAt + (watcher() === null ? pace.restMs : besideMonitorMs),
        debounce,
        now,
      },
      signal,
    );
    for await (const turn of turns) {
      if (turn.kind === 'failed') taker.failed(turn.error);
      if (turn.kind !== 'passed') continue;
      triggers.follow(turn.result.watched);
      if (await taker.looked(turn.result)) pace.changed();
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
