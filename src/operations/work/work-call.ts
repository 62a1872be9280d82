import type { News } from '../../tell/news.ts';
import type { WatchWorld } from '../../watch/watch-world.ts';
import type { Context } from '../context.ts';
import type { Work } from './work.ts';

/** The state that the calls of a model share. */
export interface WorkContext {
  readonly context: Context;
  readonly world: WatchWorld;
  readonly work: Work;
}

/** One call of a model. */
export interface Call {
  readonly signal: AbortSignal;
  /** Reports the progress, in seconds; `null`: the client asked for none. */
  readonly progress: ((done: number, total: number) => void) | null;
}

/** An answer that tells news, with the part that it shows. */
export interface NewsAnswer {
  readonly text: string;
  readonly news: News;
  readonly shown: Pick<News, 'opened' | 'resolved'>;
}
