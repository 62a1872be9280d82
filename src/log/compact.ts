import type { Folding } from './fold.ts';
import type { Cursor, Event } from './log.ts';

/** So many of the newest events stay whole, so that `history` and `undo` do not begin anew. */
const newestKept = 200;

/**
 * Returns the events that a rotated log keeps: events that some reader has not passed, the lives of drifts that are
 * open or held back, and comments on cards whose run is not over.
 */
export function compact(
  events: readonly Event[],
  { open, runs }: Pick<Folding, 'open' | 'runs'>,
  cursors: readonly Cursor[],
): readonly Event[] {
  const newest = events.at(-newestKept)?.position ?? 0;
  const from = Math.min(newest, ...cursors.map(({ position }) => position));
  const recent = events.filter(({ position }) => position >= from);
  const lives = new Set<string>([
    ...open.keys(),
    ...cursors.flatMap(({ held }) => held),
    ...recent.flatMap((event) => (event.kind === 'resolved' ? [event.id] : [])),
  ]);
  const ended = new Set(recent.flatMap((event) => (event.kind === 'applied' ? [event.of] : [])));
  const intents = new Set<string>();
  return events.filter((event) => {
    if (event.kind === 'intended') {
      const matters = ended.has(event.event) || event.drifts.some(({ id }) => lives.has(id));
      if (matters) intents.add(event.event);
      return matters || event.position >= from;
    }
    if (event.position >= from) return true;
    switch (event.kind) {
      case 'opened':
        return lives.has(event.drift.id);
      case 'applied':
        return intents.has(event.of);
      case 'resolved':
        return lives.has(event.id);
      case 'undone':
        return lives.has(event.drift);
      case 'posting':
      case 'posted':
        return runs.has(event.card);
      case 'dropped':
      case 'tombstone':
      case 'entries':
      case 'seen':
      case 'adopted':
      case 'snoozed':
      case 'finished':
      case 'run':
        return false;
    }
  });
}
