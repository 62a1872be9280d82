import type { Cursor, Log } from '../log/log.ts';
import { begin, leaving, startOf } from '../tell/begin.ts';
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

  return {
    begin: async () => {
      if (name === null) kept ??= startOf(newsFor(await log.read(), null));
      else await begin(log, name);
    },
    news: async () => newsFor(await log.read(), await cursor()),
    told: (news, shown = news) => {
      const next = leaving(news, shown);
      if (told === null || next.position >= told.position) told = next;
    },
    arrived: async () => {
      const next = told;
      told = null;
      if (next === null) return;
      if (name === null) kept = next;
      else await log.withCursor(name, () => Promise.resolve(next));
    },
  };
}
