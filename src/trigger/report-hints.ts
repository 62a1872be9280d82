import type { ReportNews } from '../core/model/report.ts';
import type { HeardReports, Hint } from './trigger.ts';

/**
 * When to look after a report; ms. A hook speaks before its agent has done all: the file of a conversation that `/clear`
 * begins comes some 40 ms later (Claude Code 2.1.332), and a shell takes a moment until it has its terminal back.
 */
const looksAfter = { changed: [50, 200, 600], waits: [20, 250], gone: [20, 200, 600] } as const;
/** An agent that reports its end still lives: so often its process is asked for, and so long; ms. */
const endEveryMs = 50;
const endsWithinMs = 20_000;
/** What an agent says in each of its turns is looked at so often at most, however many agents there are; ms. */
const turnsEveryMs = 20_000;
/** Only so many agents are followed. */
const followedAtMost = 1_000;
/** So many reports may be urgent at once, and one more comes every so many ms: a flood gets no more. */
const urgentAtMost = 20;
const urgentEveryMs = 500;

type Urgency = Parameters<Hint>[0];

/** Makes hints of reports: at once of what may be another state, and few of what agents say in each turn. */
export class ReportHints {
  readonly #hint: Hint;
  readonly #newsOf: HeardReports['newsOf'];
  /** The looks that are due, by their delays (ms), and those that are to follow them. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #following = new Map<number, Urgency>();
  /** The files of agents that lived when they reported. */
  readonly #known = new Set<string>();
  /** The files whose agents wait. */
  readonly #waiting = new Set<string>();
  /** The files whose agents end. */
  readonly #ending = new Map<string, NodeJS.Timeout>();
  #later: NodeJS.Timeout | undefined;
  #hintedAt = -Infinity;
  /** When the urgent reports would be over, one after the other; ms of `performance`. */
  #urgentUntil = 0;

  constructor(hint: Hint, newsOf: HeardReports['newsOf']) {
    this.#hint = hint;
    this.#newsOf = newsOf;
  }

  /** Takes the news of a file. */
  take(news: ReportNews, name: string): void {
    if (news === 'none') {
      // On a busy machine an agent has ended before its last report is read.
      if (this.#known.delete(name)) this.#lookAt('gone', this.#urgencyNow());
      return;
    }
    this.know(name);
    if (news === 'quiet') return;
    // The first word after a wait tells that it is over.
    const waited = this.#waiting.delete(name);
    if (news === 'waits' && this.#waiting.size < followedAtMost) this.#waiting.add(name);
    if (news === 'turn' && !waited) return this.#lookLater();
    const urgency = this.#urgencyNow();
    if (news === 'ended') this.#lookWhenGone(name, urgency);
    else this.#lookAt(news === 'turn' ? 'waits' : news, urgency);
  }

  /** Takes the file of an agent that lives. */
  know(name: string): void {
    if (this.#known.size < followedAtMost) this.#known.add(name);
  }

  close(): void {
    for (const timer of [...this.#timers.values(), ...this.#ending.values()]) clearTimeout(timer);
    clearTimeout(this.#later);
  }

  #lookAt(what: keyof typeof looksAfter, urgency: Urgency): void {
    for (const ms of looksAfter[what]) this.#lookAfter(ms, urgency);
  }

  #lookAfter(ms: number, urgency: Urgency): void {
    // A look that is due already is not put off, because a flood must not silence an agent; another one follows it.
    if (this.#timers.has(ms)) {
      this.#following.set(ms, urgency);
      return;
    }
    const look = (): void => {
      this.#timers.delete(ms);
      this.#tell(urgency);
      if (!this.#following.has(ms)) return;
      const next = this.#following.get(ms);
      this.#following.delete(ms);
      this.#lookAfter(ms, next);
    };
    this.#timers.set(ms, setTimeout(look, ms));
  }

  #lookWhenGone(name: string, urgency: Urgency): void {
    if (this.#ending.has(name) || this.#ending.size >= followedAtMost) return;
    const until = performance.now() + endsWithinMs;
    const timer = setInterval(() => {
      // Of a process that is gone there is no news; after other news the agent goes on.
      const news = this.#newsOf(name);
      if (news === 'ended' && performance.now() < until) return;
      clearInterval(timer);
      this.#ending.delete(name);
      this.#known.delete(name);
      this.#lookAt('gone', urgency);
    }, endEveryMs);
    this.#ending.set(name, timer);
  }

  #urgencyNow(): Urgency {
    const now = performance.now();
    const until = Math.max(this.#urgentUntil, now) + urgentEveryMs;
    if (until - now > urgentAtMost * urgentEveryMs) return undefined;
    this.#urgentUntil = until;
    return 'urgent';
  }

  #lookLater(): void {
    const left = this.#hintedAt + turnsEveryMs - performance.now();
    if (left <= 0) this.#tell();
    else this.#later ??= setTimeout(() => this.#tell(), left);
  }

  #tell(urgency?: Urgency): void {
    // This look answers what waits for a later one too.
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#hintedAt = performance.now();
    this.#hint(urgency);
  }
}
