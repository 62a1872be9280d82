import type { Cursor, Log } from '../log/log.ts';
import { newsFor, type News } from './news.ts';

/**
 * Sets a reader's first position: all open drifts are news, and so is all that comes. Without it a drift that is opened
 * and repaired before the first delivery would be lost.
 */
export async function begin(log: Log, reader: string): Promise<void> {
  if ((await log.cursor(reader)) !== null) return;
  await log.withCursor(reader, async (known) => known ?? startOf(newsFor(await log.read(), null)));
}

/**
 * Decides whether a position must be written although nothing was told. A drift that is newly held back must be
 * remembered: it may have closed by the time it may be told.
 */
export function isWorthKeeping(next: Cursor, known: Cursor): boolean {
  const held = new Set(known.held);
  return next.position - known.position >= lagAtMost || next.held.some((id) => !held.has(id));
}

/** After so many events without news the position is written all the same. */
const lagAtMost = 200;

export function startOf(news: News): Cursor {
  return leaving(news, { opened: [], resolved: [] });
}

/** Returns the position of a reader that was shown only a part: the rest stays news. */
export function leaving({ opened, resolved, next }: News, shown: Pick<News, 'opened' | 'resolved'>): Cursor {
  const [shownOpened, shownResolved] = [new Set(shown.opened), new Set(shown.resolved)];
  const openedLeft = new Set(opened.filter((drift) => !shownOpened.has(drift)).map(({ id }) => id));
  const resolvedLeft = resolved.filter((one) => !shownResolved.has(one)).map(({ drift }) => drift.id);
  return {
    position: next.position,
    held: [...next.held, ...openedLeft],
    told: [...next.told.filter((id) => !openedLeft.has(id)), ...resolvedLeft],
  };
}
