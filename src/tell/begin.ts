import type { Cursor, Log } from '../log/log.ts';
import { newsFor, type News } from './news.ts';

/**
 * A reader's first position: what stands is news, and so is all that comes. Without it what is opened and repaired
 * before the first telling arrives would be lost.
 */
export async function begin(log: Log, reader: string): Promise<void> {
  if ((await log.cursor(reader)) !== null) return;
  await log.withCursor(reader, async (known) => known ?? startOf(newsFor(await log.read(), null)));
}

export function startOf(news: News): Cursor {
  return leaving(news, { opened: [], resolved: [] });
}

/** Where a reader stands who was shown only a part: the rest is news still. */
export function leaving({ opened, resolved, next }: News, shown: Pick<News, 'opened' | 'resolved'>): Cursor {
  const openedLeft = opened.filter((drift) => !shown.opened.includes(drift)).map(({ id }) => id);
  const resolvedLeft = resolved.filter((one) => !shown.resolved.includes(one)).map(({ drift }) => drift.id);
  return {
    position: next.position,
    held: [...next.held, ...openedLeft],
    told: [...next.told.filter((id) => !openedLeft.includes(id)), ...resolvedLeft],
  };
}
