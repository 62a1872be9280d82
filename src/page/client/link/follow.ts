import type { StreamMessage } from '../../page-data.ts';
import { ask, Refused } from './ask.ts';
import { linesOf } from './lines.ts';
import { holdsToken } from './prove.ts';

/** How the page is joined to its server. */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** No sign of life; it is tried again. `since`: ms since 1970. */
  | { readonly kind: 'lost'; readonly since: number; readonly why: string }
  /** The server said that it ends. */
  | { readonly kind: 'ended' }
  /** `token: null`: there was none. */
  | { readonly kind: 'locked'; readonly why: 'no token' | 'refused' };

/** Beats come every 2 s. A silence is shown 5 s after the last sign of life, so it must be noticed before. */
const silenceMs = 4_500;
const checkMs = 250;
const firstDelayMs = 400;
const longestDelayMs = 10_000;

/** Reads the stream of one token, and goes on after each loss until the server refuses the token. */
export class Follow {
  private readonly token: string;
  private readonly told: (message: StreamMessage) => void;
  private readonly changed: (link: Link) => void;
  private readonly closed = new AbortController();
  private request = new AbortController();
  private heardAt = 0;
  private link: Link = { kind: 'connecting' };
  private hurry: () => void = () => undefined;

  constructor(token: string, told: (message: StreamMessage) => void, changed: (link: Link) => void) {
    this.token = token;
    this.told = told;
    this.changed = changed;
  }

  async run(): Promise<void> {
    const watch = setInterval(() => this.checkSilence(), checkMs);
    for (let failures = 0; !this.closed.signal.aborted;) {
      const answer = await this.readOnce();
      if (answer === 'refused') break;
      failures = answer === 'heard' ? 0 : failures + 1;
      await this.pause(Math.min(longestDelayMs, firstDelayMs * 2 ** failures));
    }
    clearInterval(watch);
  }

  close(): void {
    this.closed.abort();
    this.request.abort();
    this.hurry();
  }

  /** The tab is shown again, or the network is back: looks at once. */
  wake(): void {
    this.checkSilence();
    this.hurry();
  }

  private async readOnce(): Promise<'refused' | 'heard' | 'silent'> {
    this.request = new AbortController();
    this.heardAt = Date.now();
    let heard = false;
    try {
      if (!(await holdsToken(this.token, this.request.signal))) {
        this.set({ kind: 'locked', why: 'refused' });
        return 'refused';
      }
      const response = await ask('api/stream', this.token, { signal: this.request.signal });
      for await (const line of linesOf(response.body ?? new ReadableStream())) {
        heard = true;
        this.hear(JSON.parse(line) as StreamMessage);
      }
      this.lose('the stream ended');
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        this.set({ kind: 'locked', why: 'refused' });
        return 'refused';
      }
      this.lose(error instanceof Refused ? error.message : 'the server does not answer');
    }
    return heard ? 'heard' : 'silent';
  }

  private hear(message: StreamMessage): void {
    this.heardAt = Date.now();
    this.set(message.kind === 'bye' ? { kind: 'ended' } : { kind: 'live' });
    this.told(message);
  }

  private checkSilence(): void {
    if (Date.now() - this.heardAt < silenceMs || this.link.kind === 'ended') return;
    this.lose('no sign of life for 5 s');
    this.request.abort();
  }

  private lose(why: string): void {
    // The first reason is the true one: what follows are the attempts to come back.
    if (this.link.kind === 'live' || this.link.kind === 'connecting') {
      this.set({ kind: 'lost', since: this.heardAt, why });
    }
  }

  private set(link: Link): void {
    if (this.closed.signal.aborted || (link.kind === this.link.kind && link.kind !== 'lost')) return;
    this.link = link;
    this.changed(link);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
