import type { Context } from '../operations/context.ts';
import type { MonitorWorld } from '../run/monitor.ts';
import type { News } from '../tell/news.ts';
import type { Given } from './tolerant.ts';
import type { Work } from './work.ts';

/** One tool, as data: what a model sees of it, and what it does. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Optional parameters by name: JSON type and what it is for. */
  readonly input: Readonly<
    Record<string, { readonly type: 'string' | 'number' | 'boolean' | 'array'; readonly description: string }>
  >;
  run(server: ToolServer, given: Given, signal: AbortSignal): Promise<string | Told>;
}

/** An answer that tells news: what of them it shows. */
export interface Told {
  readonly text: string;
  readonly news: News;
  readonly shown: Pick<News, 'opened' | 'resolved'>;
}

export interface ToolServer {
  readonly context: Context;
  readonly world: MonitorWorld;
  readonly work: Work;
}
