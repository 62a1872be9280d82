import type { DriftId, EntryId } from '../core/model/branded.ts';
import { undoneWords } from '../core/words/left-as-it-is.ts';
import { openedBy } from '../log/event-drifts.ts';
import type { Cursor, Event, LoggedDrift } from '../log/log.ts';
import { withoutEdits } from '../log/without-edits.ts';

export interface News {
  readonly opened: readonly LoggedDrift[];
  readonly resolved: readonly { readonly drift: LoggedDrift; readonly message: string }[];
  /** What the reader was told before and is still so. */
  readonly standing: readonly LoggedDrift[];
  /** When the first of these drifts was found; ms since 1970, `null` where nothing is told. */
  readonly since: number | null;
  /** Where the reader stands once all of it was delivered. */
  readonly next: Cursor;
  /** When the first drift that is held back may be told; ms since 1970. */
  readonly heldUntil: number | null;
}

/**
 * Returns what a reader has not been told and still needs to know. A drift that the world or a user closed meanwhile is
 * left out; a drift that the monitor repaired is told. A reader without a cursor begins with the open drifts.
 */
export function newsFor(
  events: readonly Event[],
  cursor: Cursor | null,
  /** Until when a drift is held back from this reader; ms since 1970. */
  holdUntil: (drift: LoggedDrift, openedAt: number) => number = () => 0,
  now = 0,
): News {
  const lives = livesOf(events);
  const opened: LoggedDrift[] = [];
  const resolved: { drift: LoggedDrift; message: string }[] = [];
  const standing: LoggedDrift[] = [];
  const held: DriftId[] = [];
  const told = new Set(cursor?.told);
  const heldBefore = new Set(cursor?.held);
  const waits: number[] = [];
  const times: number[] = [];
  for (const life of lives.values()) {
    const { drift } = life;
    if (life.closed === null && told.has(drift.id)) standing.push(drift);
    if (isDue(life, cursor, heldBefore)) {
      const until = holdUntil(drift, life.openedAt);
      if (until > now) {
        held.push(drift.id);
        waits.push(until);
      } else {
        opened.push(drift);
        times.push(life.openedAt);
        told.add(drift.id);
      }
    }
    if (life.closed === null || !told.has(drift.id)) continue;
    told.delete(drift.id);
    if (life.closed.message === null) continue;
    resolved.push({ drift, message: life.closed.message });
    times.push(life.closed.at);
  }
  const position = (events.at(-1)?.position ?? (cursor?.position ?? 0) - 1) + 1;
  return {
    opened,
    resolved,
    standing,
    since: times.length === 0 ? null : Math.min(...times),
    next: { position, held, told: [...told] },
    heldUntil: waits.length === 0 ? null : Math.min(...waits),
  };
}

interface Life {
  /** What is so now: as logged, without the repairs that were taken back since. */
  readonly drift: LoggedDrift;
  readonly logged: LoggedDrift;
  readonly undone: ReadonlyMap<EntryId, string>;
  readonly openedAt: number;
  readonly position: number;
  closed: {
    readonly because: 'repaired' | 'world' | 'human';
    readonly message: string | null;
    readonly at: number;
  } | null;
}

function isDue({ drift, position, closed }: Life, cursor: Cursor | null, held: ReadonlySet<DriftId>): boolean {
  if (cursor === null) return closed === null;
  if (position < cursor.position && !held.has(drift.id)) return false;
  return closed === null || closed.because === 'repaired';
}

/** Collects every drift that the kept log opened, by id. */
function livesOf(events: readonly Event[]): Map<string, Life> {
  const lives = new Map<string, Life>();
  const opened = openedBy(events);
  for (const event of events) {
    for (const drift of opened(event)) {
      const known = lives.get(drift.id);
      // The drift was open while its repair was held back; the repair is news.
      if (known !== undefined && (event.kind !== 'applied' || known.closed !== null)) continue;
      const [openedAt, { position }] = [Date.parse(event.at), event];
      lives.set(drift.id, { drift, logged: drift, undone: new Map(), openedAt, position, closed: null });
    }
    if (event.kind === 'undone') {
      // A repair that was undone before the reader heard of it is not claimed.
      const life = lives.get(event.drift);
      if (life !== undefined) lives.set(life.drift.id, takeBack(life, event.entryId));
    }
    if (event.kind !== 'resolved') continue;
    const life = lives.get(event.id);
    if (life !== undefined)
      life.closed ??= { because: event.because, message: event.message, at: Date.parse(event.at) };
  }
  return lives;
}

function takeBack(life: Life, id: EntryId): Life {
  const undone = new Map([...life.undone, [id, undoneWords]]);
  return { ...life, undone, drift: withoutEdits(life.logged, undone) };
}
