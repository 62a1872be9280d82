import type { HistoryRow } from '../operations/answers/history.ts';
import type { SessionRow } from '../operations/answers/sessions.ts';
import type { JoinedBand } from '../core/timeline/join-short.ts';
import type { ReconcileDocument } from '../pass/document.ts';

/**
 * What the page shows and how it gets it. The server makes these shapes, the browser's code reads them; both import
 * only types from here. The build puts the browser's files into `dist/page`: `index.html`, `icon.svg`, `page.js` and
 * `page.css`, all side by side. Times are ISO 8601 UTC where they are text, ms since 1970 where they are numbers.
 *
 *     GET /api/stream        NDJSON: one `StreamMessage` a line, as long as the browser reads
 *     GET /api/timeline?hours=24    one `TimelineAnswer`; 1, 6, 24 or 168 hours
 *     POST /api/comment      `{ text }`, where `card.mayComment`
 *
 * The token is the fragment of the page's address (`http://127.0.0.1:PORT/#TOKEN`). Each of these requests sends it as
 * `Authorization: Bearer TOKEN`; a wrong one is answered with 401. Other refusals are a short text for people.
 *
 *     GET /api/proof?nonce=…    HMAC-SHA256 of the nonce (256 bits as base64url) with the token's text as its key
 *
 * Once the page has ended another user may take its port, so the browser asks for this proof, without the token, before
 * it sends the token and believes an answer.
 */
export type StreamMessage =
  /** Everything anew: at the start, and whenever something of it changed. */
  | { readonly kind: 'data'; readonly data: PageData }
  /**
   * Every 2 s: a stream without one for 5 s is dead. `looked`: when the sessions were looked at last, which is later
   * than the `at` of the data where nothing changed since.
   */
  | { readonly kind: 'beat'; readonly at: number; readonly looked: number }
  /** The server ends in order. */
  | { readonly kind: 'bye' };

export interface PageData {
  readonly version: string;
  readonly host: string;
  /** The registry file. */
  readonly registry: string;
  /** When the sessions were looked at. */
  readonly at: number;
  /** Who watches; `none`: no monitor does, and this page looks as `--dry-run` does. */
  readonly watch:
    { readonly kind: 'monitor'; readonly pid: number; readonly since: number } | { readonly kind: 'none' };
  /** In the order of `asm status`: those that need the user first. */
  readonly sessions: readonly PageSession[];
  readonly blind: ReconcileDocument['blind'];
  /** Sessions that run and have no entry yet. */
  readonly unregistered: readonly string[];
  /** The newest last, at most 500. */
  readonly events: readonly HistoryRow[];
  readonly card: PageCard | null;
  readonly hosts: PageHosts;
  /** Why the last look failed; `null`: it did not. The data is then that of the look before. */
  readonly failure: string | null;
}

export interface PageSession extends SessionRow {
  /** Names the entry among those with one session name. */
  readonly key: string;
}

export interface PageCard {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly comments: readonly {
    readonly id: string;
    readonly author: string;
    readonly body: string;
    readonly created_at: string;
  }[];
  readonly mayComment: boolean;
}

/** What a broker or ssh tells of other hosts. An offline host knows nothing of its sessions: they are unknown. */
export interface PageHosts {
  readonly list: readonly PageHost[];
  /** Why the broker tells nothing now: its hosts are as it last told them; `null`: it tells, or there is none. */
  readonly trouble: string | null;
}

export interface PageHost {
  readonly host: string;
  readonly online: boolean;
  readonly since: string | null;
  /** It was lost, not ended: some time after `since`. */
  readonly lost: boolean;
  /** Why it did not answer over ssh. */
  readonly reason?: string;
  readonly sessions: readonly PageHostSession[];
}

export interface PageHostSession extends Pick<
  SessionRow,
  'session' | 'liveness' | 'activity' | 'waiting_for' | 'waiting_since' | 'id' | 'job'
> {
  readonly status: string | null;
}

export interface TimelineAnswer {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly {
    readonly key: string;
    readonly session: string;
    readonly workspace: string | null;
    readonly bands: readonly JoinedBand[];
    /** Drifts of this session in the span. */
    readonly marks: readonly { readonly at: number; readonly kind: string; readonly message: string }[];
  }[];
}
