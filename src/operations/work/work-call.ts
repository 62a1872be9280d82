import type { News } from '../../tell/news.ts';
import type { WatchWorld } from '../../watch/watch-world.ts';
import type { Context } from '../context.ts';
import type { Work } from './work.ts';

/** What the calls of a model share. */
export interface WorkContext {
  readonly context: Context;
  readonly world: WatchWorld;
  readonly work: Work;
}

/** One call of a model. */
export interface Call {
  readonly signal: AbortSignal;
  /** Says how far it is, in seconds; `null`: the client asked for no progress. */
  readonly progress: ((done: number, total: number) => void) | null;
}

/** An answer that tells news: what of them it shows. */
export interface Told {
  readonly text: string;
  readonly news: News;
  readonly shown: Pick<News, 'opened' | 'resolved'>;
}
