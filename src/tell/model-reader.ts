import { isAttention, kindOf } from '../core/drift/kind-of.ts';
import type { Cursor, Log } from '../log/log.ts';
import { begin, leaving, startOf } from './begin.ts';
import { newsFor, type News } from './news.ts';

export interface ModelNews extends News {
  /** Some of it is not settled by what the monitor does itself. */
  readonly needsJudgement: boolean;
}

/** A model as a reader of the log. What an answer told has arrived when the next call comes. */
export class ModelReader {
  readonly #log: Log;
  readonly #name: string | null;
  readonly #hearsAttention: boolean;
  #begun: Promise<void> | null = null;
  #kept: Cursor | null = null;
  #told: Cursor | null = null;

  /**
   * Makes the reader of a model.
   * @param name the reader's name in the log; `null`: it lives as long as this process
   * @param hearsAttention it is told of agents that wait for the user
   */
  constructor(log: Log, name: string | null, hearsAttention: boolean) {
    this.#hearsAttention = hearsAttention;
    this.#log = log;
    this.#name = name;
  }

  /** Begins: from here on nothing is lost, even if the server dies before its first answer. */
  begin(): Promise<void> {
    this.#begun ??= this.#begin().catch((error: unknown) => {
      this.#begun = null;
      throw error;
    });
    return this.#begun;
  }

  async news(): Promise<ModelNews> {
    const cursor = this.#name === null ? this.#kept : await this.#log.cursor(this.#name);
    const all = newsFor(await this.#log.read(), cursor);
    const opened = this.#hearsAttention ? all.opened : all.opened.filter((drift) => !isAttention(drift));
    // That an agent goes on asks for nothing: it ends no waiting of the model.
    const resolved = all.resolved.filter(({ drift }) => !isAttention(drift));
    const needsJudgement = opened.some((drift) => kindOf(drift.kind)?.needsJudgement === true || isAttention(drift));
    return { ...all, opened, resolved, needsJudgement };
  }

  /** Takes that an answer told the `shown` part of `news`; the rest stays news. */
  told(news: News, shown: Pick<News, 'opened' | 'resolved'> = news): void {
    const next = leaving(news, shown);
    if (this.#told === null || next.position >= this.#told.position) this.#told = next;
  }

  async arrived(): Promise<void> {
    const next = this.#told;
    this.#told = null;
    if (next === null) return;
    if (this.#name === null) this.#kept = next;
    else await this.#log.withCursor(this.#name, () => Promise.resolve(next));
  }

  async #begin(): Promise<void> {
    if (this.#name === null) this.#kept ??= startOf(newsFor(await this.#log.read(), null));
    else await begin(this.#log, this.#name);
  }
}
