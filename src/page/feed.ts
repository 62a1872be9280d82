import { entryId } from '../core/model/entry.ts';
import type { SessionTimeline } from '../core/timeline/bands.ts';
import { AudienceError, errorLines } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { HistoryRow } from '../operations/answers/history.ts';
import type { PassReport } from '../operations/context.ts';
import { asError } from '../system/errno.ts';
import { InTurn } from '../system/in-turn.ts';
import { historyRows } from '../operations/history/history-rows.ts';
import { unregistered } from '../operations/sessions/unknown-session.ts';
import { sessionsIn } from '../operations/sessions/session-rows.ts';
import { sortForPeople } from '../operations/sessions/sort-for-people.ts';
import { sinceTimelines } from '../operations/sessions/with-state-since.ts';
import type { CardView } from './card-view.ts';
import type { Live } from './live.ts';
import type { Looks, Taker } from './looks.ts';
import { Bands } from './bands.ts';
import { PageJson } from './page-json.ts';
import type { PageData, PageHosts, PageSession, StreamMessage, TimelineAnswer } from './page-data.ts';
import type { Source } from './streams.ts';
import { timelineOf } from './timeline.ts';

/** The events that the page shows. */
const mostEvents = 500;

export interface FeedOptions {
  readonly version: string;
  readonly host: string;
  /** The registry file. */
  readonly registry: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly log: Pick<Log, 'read'>;
  readonly history: Pick<StateHistory, 'readOn' | 'watchedUntil'>;
  readonly looks: Looks;
  readonly card: CardView;
  readonly hosts: Live<PageHosts>;
}

/** Makes what the page shows, while a browser shows it; otherwise nothing is done. */
export class Feed implements Source, Taker {
  line: Buffer | null = null;
  readonly #options: FeedOptions;
  readonly #json = new PageJson();
  readonly #bands: Bands;
  #reading: { readonly over: AbortController; readonly onLine: () => void } | null = null;
  #report: PassReport | null = null;
  #failure: string | null = null;
  /** What `line` says, without the time of the look. */
  #shown = '';
  readonly #turns = new InTurn();
  #isDue = false;
  #rows: { readonly last: string | null; readonly all: readonly HistoryRow[]; readonly shown: readonly HistoryRow[] } =
    {
      last: null,
      all: [],
      shown: [],
    };

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#bands = new Bands(options.history);
  }

  beat(): Extract<StreamMessage, { kind: 'beat' }> {
    return { kind: 'beat', at: this.#options.now(), looked: this.#report?.observation.at ?? 0 };
  }

  begin(onLine: () => void): void {
    const { looks, card, hosts } = this.#options;
    const over = new AbortController();
    this.#reading = { over, onLine };
    const changed = (): void => void this.#make();
    card.follow(changed, over.signal);
    hosts.follow(changed, over.signal);
    looks.begin(this, over.signal);
  }

  end(): void {
    this.#reading?.over.abort();
    this.#reading = null;
    // The next reader must not be shown what was true for this one.
    this.line = null;
    this.#shown = '';
  }

  looked(report: PassReport): Promise<boolean> {
    this.#report = report;
    this.#failure = null;
    return this.#make();
  }

  failed(error: Error): void {
    this.#failure = saidOf(error);
    void this.#make();
  }

  async timeline(hours: number): Promise<TimelineAnswer> {
    await this.#readRows();
    return timelineOf(this.#bands, this.#rows.all, this.#options.now(), hours);
  }

  /** Makes the line anew, one at a time; resolves with whether it says something else than before. It never rejects. */
  #make(): Promise<boolean> {
    this.#isDue = true;
    const made = this.#turns.run(async () => {
      if (!this.#isDue) return false;
      this.#isDue = false;
      return this.#makeLine();
    });
    return made.catch((error: unknown) => {
      this.#failure = saidOf(asError(error));
      return false;
    });
  }

  async #makeLine(): Promise<boolean> {
    const reading = this.#reading;
    // Before the first look there is nothing to show.
    if (reading === null || (this.#report === null && this.#failure === null)) return false;
    const { at, ...rest } = await this.#data();
    const text = this.#json.of(rest);
    if (text === this.#shown || this.#reading !== reading) return false;
    this.#shown = text;
    this.line = Buffer.from(`{"kind":"data","data":{"at":${at},${text.slice(1)}}\n`);
    reading.onLine();
    return true;
  }

  async #data(): Promise<PageData> {
    const { version, host, registry, looks, card, hosts, now } = this.#options;
    const report = this.#report;
    // The monitor beside the page must not end because its log or its history cannot be read: the page says so.
    const troubles: Error[] = [];
    const note = (error: unknown): void => void troubles.push(asError(error));
    await this.#readRows().catch(note);
    const timelines = report === null ? [] : await this.#bands.last(report.observation.at).catch(note);
    const watcher = looks.watcher();
    card.choose(watcher);
    return {
      version,
      host,
      registry,
      at: report?.observation.at ?? now(),
      watch: watcher === null ? { kind: 'none' } : { kind: 'monitor', pid: watcher.pid, since: watcher.since },
      sessions: report === null ? [] : sessionsOf(report, timelines ?? []),
      blind: report?.document.blind ?? [],
      unregistered: report === null ? [] : unregistered(report),
      events: this.#rows.shown,
      card: card.value,
      hosts: hosts.value,
      failure: this.#failure ?? troubles.map(saidOf)[0] ?? null,
    };
  }

  async #readRows(): Promise<void> {
    const events = await this.#options.log.read();
    const last = events.at(-1)?.event ?? null;
    if (last === this.#rows.last) return;
    const all = historyRows(events);
    this.#rows = { last, all, shown: all.slice(-mostEvents) };
  }
}

function sessionsOf(report: PassReport, timelines: readonly SessionTimeline[]): readonly PageSession[] {
  const sessions = sortForPeople(sinceTimelines(sessionsIn(report, null), timelines));
  return sessions.map(({ entry, row }) => ({ key: entryId(entry), ...row }));
}

function saidOf(error: Error): string {
  return error instanceof AudienceError ? errorLines(error).join('\n') : error.message;
}
