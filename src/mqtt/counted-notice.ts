import { counted } from '../core/words/counted.ts';

/**
 * Tells how often something happened, and why: one line for events that come together, then at most one line a minute.
 */
export interface CountedNotice {
  add(reason: string): void;
  /** Tells what is not told yet. */
  flush(): void;
}

/** Events within this time are told together, unless the caller says otherwise; ms. */
const usuallyTogetherMs = 1_000;
const quietMs = 60_000;

/**
 * Makes a counted notice.
 * @param line returns the line for `3 messages`, with the reasons
 * @param togetherMs how long it gathers events before it tells the first ones; ms
 */
export function makeCountedNotice(
  notice: (line: string) => void,
  line: (count: string) => string,
  togetherMs = usuallyTogetherMs,
): CountedNotice {
  let counts = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (all === 0) return;
    const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
    counts = new Map();
    notice(line(`${counted(all, 'message')} (${reasons})`));
    wait(quietMs);
  }

  function wait(ms: number): void {
    timer = setTimeout(flush, ms);
    timer.unref();
  }

  return {
    add: (reason) => {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      if (timer === null) wait(togetherMs);
    },
    flush,
  };
}
