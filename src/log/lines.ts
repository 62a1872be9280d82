import { driftsIn } from './event-drifts.ts';
import { emptyFolding, type Folding } from './fold.ts';
import type { Event } from './log.ts';
import { isObject, jsonIn } from '../system/json.ts';

export type Line = { readonly kind: 'event'; readonly event: Event } | Snapshot;

/** The first line of a rotated log: the sum of the events before it, and those events that still matter. */
export interface Snapshot {
  readonly kind: 'snapshot';
  /** The position of the next event. */
  readonly position: number;
  readonly folding: Folding;
  readonly events: readonly Event[];
}

/**
 * Returns the whole lines of a chunk, and how many bytes they took. A line that is still being written waits for the
 * next read. A broken line (of a killed writer) is skipped.
 */
export function readLines(bytes: Buffer): { readonly lines: readonly Line[]; readonly length: number } {
  const length = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString('utf8', 0, length).split('\n').flatMap(readLine);
  return { lines, length };
}

export function snapshotLine({ folding, position, events }: Omit<Snapshot, 'kind'>): string {
  const { keys: _, unsettled: __, found, ...rest } = folding;
  const since = Math.min(...rest.runs.values(), Date.parse(events[0]?.at ?? ''));
  const late = [...found].filter(([, { at, told }]) => at >= since || told.some((telling) => telling.at >= since));
  return JSON.stringify({ kind: 'snapshot', position, ...rest, found: late, events }, listed);
}

/** Writes maps and sets as lists: JSON knows neither. */
function listed(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value;
}

/** The fields without which an event cannot be read at all. */
const needs = {
  opened: { drift: 'object' },
  intended: { drifts: 'list', edits: 'list' },
  applied: { of: 'string' },
  dropped: { of: 'string' },
  resolved: { id: 'string' },
  undone: { drift: 'string', session: 'string' },
  tombstone: { incarnation: 'string' },
  entries: { count: 'number' },
  seen: {},
  adopted: {},
  snoozed: { session: 'string', until: 'number' },
  finished: { session: 'string', message: 'string' },
  posting: { card: 'string' },
  posted: { card: 'string', of: 'string' },
  run: { card: 'string', what: 'string' },
} satisfies Record<Event['kind'], Readonly<Record<string, 'string' | 'number' | 'object' | 'list'>>>;

function readLine(text: string): Line[] {
  if (text === '') return [];
  const value = jsonIn(text);
  if (!isObject(value) || typeof value['kind'] !== 'string') return [];
  if (value['kind'] === 'snapshot') return [readSnapshot(value)];
  return isEvent(value) ? [{ kind: 'event', event: withArrived(value) }] : [];
}

/**
 * Decides whether a line is an event. Only processes of this program write here (mode 0600), so the first look is
 * enough: a schema for each line would double the time of a pass.
 */
function isEvent(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Event {
  const { kind, event, at } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(needs, kind)) return false;
  if (typeof event !== 'string' || typeof at !== 'string' || Number.isNaN(Date.parse(at))) return false;
  const fields: Readonly<Record<string, string>> = needs[kind as Event['kind']];
  return Object.entries(fields).every(([key, type]) => isOf(type, value[key]));
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'list') return Array.isArray(value) && value.every(isObject);
  return type === 'object' ? isObject(value) : typeof value === type;
}

/**
 * Fills `arrived` in events of an older version, where words after the id in `of` said that the comment never came.
 */
function withArrived(event: Event): Event {
  if (event.kind !== 'posted') return event;
  const of = event.of.replace(/ \(never arrived\)$/, '');
  return { ...event, of, arrived: event.arrived ?? of === event.of };
}

function readSnapshot(value: object): Line {
  const snapshot = value as Record<string, never> & { position: number; knowsEntries: boolean };
  const events = (snapshot['events'] ?? ([] as readonly Event[])).map(withArrived);
  return {
    kind: 'snapshot',
    position: snapshot.position,
    folding: {
      ...emptyFolding(),
      open: new Map(snapshot['open']),
      resolved: new Map(snapshot['resolved']),
      tombstones: new Set(snapshot['tombstones']),
      undone: new Map(snapshot['undone']),
      formerWords: new Map(snapshot['formerWords'] ?? []),
      registered: new Set(snapshot['registered']),
      found: new Map(snapshot['found']),
      snoozed: new Map(snapshot['snoozed'] ?? []),
      runs: new Map(snapshot['runs']),
      // Logs of 0.1.0 hold no places.
      homes: new Map(snapshot['homes'] ?? []),
      hosts: new Map(snapshot['hosts'] ?? []),
      keys: new Map(events.flatMap(driftsIn).map(({ id, key }) => [id, key])),
      knowsEntries: snapshot.knowsEntries,
    },
    events,
  };
}
