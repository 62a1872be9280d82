import type { PageData, StreamMessage, TimelineAnswer } from '../../page-data.ts';
import { askTimeline, Refused, sendComment } from './ask.ts';
import { Follow, type Link } from './follow.ts';
import { keepSame } from './keep-same.ts';
import { dropToken } from './token.ts';

/** All that the page knows. */
export interface Known {
  readonly link: Link;
  readonly data: PageData | null;
  readonly timeline: TimelineAnswer | null;
  /** Why the last timeline could not be had. */
  readonly timelineTrouble: string | null;
  readonly hours: Hours;
  /** When the sessions were looked at last, and the last sign of life; the server's clock, ms since 1970. */
  readonly lookedAt: number;
}

export const spans = [1, 6, 24, 168] as const;
export type Hours = (typeof spans)[number];

/** A change of a session becomes a band: the timeline follows the data, but not more often than this. */
const soonMs = 300;
/** Time itself moves the bands. */
const everyMs = 20_000;

/** Holds what the page knows, and asks for it. */
export class Hub {
  known: Known = {
    link: { kind: 'connecting' },
    data: null,
    timeline: null,
    timelineTrouble: null,
    hours: 24,
    lookedAt: 0,
  };
  /** The server's clock minus this one; ms. The server may be on another machine, behind a tunnel. */
  #skew = 0;
  readonly #listeners = new Set<() => void>();
  #token = '';
  #follow: Follow | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();

  /** Starts anew with that token. */
  open(token: string | null): void {
    this.#follow?.close();
    this.#follow = null;
    if (token === null) {
      this.#set({ link: { kind: 'locked', why: 'no token' } });
      return;
    }
    this.#token = token;
    this.#set({ link: { kind: 'connecting' } });
    this.#follow = new Follow(
      token,
      (message) => this.#hear(message),
      (link) => this.#linked(link),
    );
    void this.#follow.run();
  }

  wake(): void {
    if (document.visibilityState !== 'visible') return;
    this.#follow?.wake();
    this.#askSoon(0);
  }

  /** ms since 1970, by the server's clock. */
  now(): number {
    return Date.now() + this.#skew;
  }

  show(hours: Hours): void {
    this.#set({ hours });
    this.#askSoon(0);
  }

  comment(text: string): Promise<void> {
    return sendComment(text, this.#token);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #hear(message: StreamMessage): void {
    switch (message.kind) {
      case 'data': {
        const data = keepSame(this.known.data, message.data);
        this.#set({ data, lookedAt: Math.max(this.known.lookedAt, data.at) });
        this.#askSoon(soonMs);
        break;
      }
      case 'beat':
        this.#skew = message.at - Date.now();
        this.#set({ lookedAt: message.looked });
        break;
      case 'bye':
    }
  }

  #linked(link: Link): void {
    if (link.kind === 'locked') dropToken();
    this.#set({ link });
  }

  #askSoon(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#askNow(), delayMs);
  }

  async #askNow(): Promise<void> {
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const isHidden = document.visibilityState !== 'visible';
    if (this.known.link.kind === 'live' && !isHidden) {
      try {
        const timeline = await askTimeline(this.known.hours, this.#token, asking.signal);
        if (asking.signal.aborted) return;
        this.#set({ timeline: keepSame(this.known.timeline, timeline), timelineTrouble: null });
      } catch (error) {
        if (asking.signal.aborted) return;
        this.#set({ timelineTrouble: error instanceof Refused ? error.message : 'the server does not answer' });
      }
    }
    this.#askSoon(everyMs);
  }

  #set(change: Partial<Known>): void {
    const next = { ...this.known, ...change };
    const isSame = (Object.keys(change) as (keyof Known)[]).every((key) => next[key] === this.known[key]);
    if (isSame) return;
    this.known = next;
    for (const listener of this.#listeners) listener();
  }
}
