import { expect } from 'vitest';
import type { Card } from '../../../src/board/board.ts';
import { leftAs, undoneWords } from '../../../src/core/words/left-as-it-is.ts';
import { openedBy } from '../../../src/log/event-drifts.ts';
import type { Event, LoggedDrift } from '../../../src/log/log.ts';

/** Events that the broker is not sent. */
const notPublished = ['seen', 'adopted', 'snoozed', 'finished'];
/**
 * How many events one lost answer, or one kill before the cursor moves, may repeat: `events-reader.ts` moves the cursor
 * after 50 events at most, and `notice.ts` puts 100 at most into a notice.
 */
const againAtMost = { broker: 50, phone: 100 };

/** What happened by the log, kept beyond its rotations, and what each reader was told. */
export class ToldOnce {
  readonly #events = new Map<string, Event>();
  readonly #drifts = new Map<string, LoggedDrift>();
  /** What is told of each drift: a repair that is made later than its drift was found, or after an undo, is told too. */
  readonly #messages = new Map<string, string[]>();
  /** Drifts whose repair was undone, and not made again. */
  readonly #takenBack = new Set<string>();
  /** Drifts that were over before a reader had to be told. */
  readonly #over = new Set<string>();
  /** What the card was meant to say, by the line that takes its place where the repair was undone before the card was told. */
  readonly #undone = new Map<string, string>();
  readonly #stdout = new Map<string, number>();
  /** What stood when stdout was first read. */
  readonly #beforeStdout = new Set<string>();

  /** Takes all events that the log holds now. @param edited the entries that a person has edited */
  take(events: readonly Event[], edited: ReadonlySet<string>): void {
    const opened = openedBy(events);
    for (const event of events) {
      if (!this.#events.has(event.event)) {
        for (const drift of opened(event)) this.#tell(drift);
        if (event.kind === 'undone') this.#undo(event.drift);
      }
      this.#events.set(event.event, event);
      if (event.kind !== 'resolved' || event.because === 'repaired') continue;
      const session = this.#drifts.get(event.id)?.session ?? null;
      // The log may say that a person resolved it only if a person edited that entry.
      if (event.because === 'world' || session === null || edited.has(session)) this.#over.add(event.id);
    }
  }

  tellStdout(drifts: readonly LoggedDrift[]): void {
    if (this.#stdout.size === 0) for (const id of this.#drifts.keys()) this.#beforeStdout.add(id);
    for (const { id } of drifts) this.#stdout.set(id, (this.#stdout.get(id) ?? 0) + 1);
  }

  /** @param hasAll all news has had its time: nothing may be missing */
  card({ comments }: Card, hasAll: boolean): void {
    const meant = (line: string): string => this.#undone.get(line) ?? line;
    const lines = countOf(comments.flatMap(({ body }) => body.trimEnd().split('\n')).map(meant));
    const told = [...this.#drifts.values()].filter(({ kind }) => kind !== 'needs-you');
    const all = countOf(told.flatMap(({ id }) => (this.#messages.get(id) ?? []).map(meant)));
    const must = countOf(told.filter(({ id }) => !this.#over.has(id)).map(({ message }) => meant(message)));
    for (const [message, most] of all) {
      const found = lines.get(message) ?? 0;
      expect(found, `on the card, for ${most} drifts: ${message}`).toBeLessThanOrEqual(most);
      if (hasAll) expect(found, `on the card: ${message}`).toBeGreaterThanOrEqual(must.get(message) ?? 0);
    }
  }

  stdout(hasAll: boolean): void {
    for (const [id, times] of this.#stdout) expect(times, `stdout was told ${id}`).toBe(1);
    if (!hasAll) return;
    for (const { id, message } of this.#drifts.values())
      if (!this.#over.has(id) && !this.#beforeStdout.has(id))
        expect(this.#stdout.has(id), `stdout was not told: ${message}`).toBe(true);
  }

  /** @param excuses how often an answer was lost, so that the sender had to say it again */
  broker(payloads: readonly string[], excuses: number, hasAll: boolean): void {
    const ids = payloads.map((payload) => /"event":"([^"]+)"/.exec(payload)?.[1] ?? '');
    const told = new Set(ids);
    expect(ids.length - told.size, 'told to the broker again, without a lost answer').toBeLessThanOrEqual(
      againAtMost.broker * excuses,
    );
    if (!hasAll) return;
    for (const { event, kind, ...rest } of this.#events.values()) {
      const isOwn = notPublished.includes(kind) || ('arrived' in rest && rest.arrived === false);
      if (!isOwn) expect(told.has(event), `the broker was not told of ${kind} ${event}`).toBe(true);
    }
  }

  phone(told: readonly { readonly id: string; readonly state: string }[], excuses: number, hasAll: boolean): void {
    const keys = told.map(({ id, state }) => `${id} ${state}`);
    const known = new Set(keys);
    expect(keys.length - known.size, 'told to the phone again, without a lost answer').toBeLessThanOrEqual(
      againAtMost.phone * excuses,
    );
    if (!hasAll) return;
    const wanted = [...this.#drifts.values()].filter(({ kind }) =>
      ['session-gone', 'session-unregistered'].includes(kind),
    );
    for (const { id, message } of wanted)
      if (!this.#over.has(id)) expect(known.has(`${id} opened`), `the phone was not told: ${message}`).toBe(true);
  }

  #tell(drift: LoggedDrift): void {
    const { id, message } = drift;
    if (!this.#drifts.has(id)) this.#drifts.set(id, drift);
    const known = this.#messages.get(id) ?? [];
    if (known.at(-1) !== message || this.#takenBack.delete(id)) known.push(message);
    this.#messages.set(id, known);
  }

  /** A mass event keeps its words: only a part of it may have been undone. */
  #undo(id: string): void {
    this.#takenBack.add(id);
    const drift = this.#drifts.get(id);
    if (drift === undefined || drift.session === null) return;
    const { seen, message } = drift;
    this.#undone.set(`${seen ?? message} ${leftAs(1, undoneWords)}`, message);
  }

  get drifts(): readonly LoggedDrift[] {
    return [...this.#drifts.values()];
  }
}

function countOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
