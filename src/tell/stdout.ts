import type { Cursor, Log } from '../log/log.ts';
import { isWorthKeeping } from './begin.ts';
import { newsFor, type News } from './news.ts';

/** The reader of a command's output. */
export interface StdoutReader {
  /** Returns what would be told now, and moves no cursor. */
  peek(): Promise<News>;
  /**
   * Returns what is told now. No other process tells it under this reader's name until `commit` says that it was
   * flushed.
   */
  take(): Promise<News & { readonly commit: () => Promise<void> }>;
}

export function stdoutReader(log: Log, reader = 'stdout'): StdoutReader {
  const peek = async (): Promise<News> => newsFor(await log.read(), await log.cursor(reader));
  return {
    peek,
    take: async () => {
      const cursor = await log.cursor(reader);
      const seen = newsFor(await log.read(), cursor);
      const quiet = seen.opened.length === 0 && seen.resolved.length === 0;
      if (quiet && cursor !== null && !isWorthKeeping(seen.next, cursor)) {
        return { ...seen, commit: () => Promise.resolve() };
      }
      return takeLocked(log, reader);
    },
  };
}

/** Holds the reader's lock from the reading of the cursor to the flush. */
function takeLocked(log: Log, reader: string): Promise<News & { readonly commit: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const deliver = async (cursor: Cursor | null): Promise<Cursor> => {
      const news = newsFor(await log.read(), cursor);
      return new Promise((flushed) => {
        const commit = async (): Promise<void> => {
          flushed(news.next);
          await moved;
        };
        resolve({ ...news, commit });
      });
    };
    const moved = log.withCursor(reader, deliver);
    moved.catch(reject);
  });
}

/** Makes a reader that lives as long as its process: open drifts are news once, then all that comes. */
export function inMemoryReader(log: Log): StdoutReader {
  let cursor: Cursor | null = null;
  const peek = async (): Promise<News> => newsFor(await log.read(), cursor);
  return {
    peek,
    take: async () => {
      const news = await peek();
      return {
        ...news,
        commit: () => {
          cursor = news.next;
          return Promise.resolve();
        },
      };
    },
  };
}
