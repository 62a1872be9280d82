import type { Cursor, Log } from '../log/log.ts';
import { newsFor, type News } from '../tell/news.ts';

/** A model as a reader of the log. What an answer told has arrived when the next call comes. */
export interface ModelReader {
  /** From here on nothing is lost, also where the server dies before its first answer. */
  begin(): Promise<void>;
  news(): Promise<News>;
  /** An answer told what of `news` is `shown`; the rest is news still. */
  told(news: News, shown?: Pick<News, 'opened' | 'resolved'>): void;
  arrived(): Promise<void>;
}

/** @param name where the log keeps what it was told; `null`: it lives as long as this process. */
export function makeModelReader(log: Log, name: string | null): ModelReader {
  let kept: Cursor | null = null;
  let told: Cursor | null = null;

  const cursor = async (): Promise<Cursor | null> => (name === null ? kept : log.cursor(name));
  async function move(next: (cursor: Cursor | null) => Promise<Cursor>): Promise<void> {
    if (name === null) kept = await next(kept);
    else await log.withCursor(name, next);
  }

  return {
    begin: async () => {
      if ((await cursor()) !== null) return;
      await move(async (known) => known ?? startOf(newsFor(await log.read(), null)));
    },
    news: async () => newsFor(await log.read(), await cursor()),
    told: (news, shown = news) => {
      const next = nextOf(news, shown);
      if (told === null || next.position >= told.position) told = next;
    },
    arrived: async () => {
      const next = told;
      told = null;
      if (next !== null) await move(() => Promise.resolve(next));
    },
  };
}

/** What stands is news still. */
function startOf(news: News): Cursor {
  return nextOf(news, { opened: [], resolved: [] });
}

function nextOf({ opened, resolved, next }: News, shown: Pick<News, 'opened' | 'resolved'>): Cursor {
  const openedLeft = opened.filter((drift) => !shown.opened.includes(drift)).map(({ id }) => id);
  const resolvedLeft = resolved.filter((one) => !shown.resolved.includes(one)).map(({ drift }) => drift.id);
  return {
    position: next.position,
    held: [...next.held, ...openedLeft],
    told: [...next.told.filter((id) => !openedLeft.includes(id)), ...resolvedLeft],
  };
}
