import type { Event, LoggedDrift } from './log.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/**
 * Returns a function that tells which drifts an event opens. A drift without edits opens when it is found, a drift with
 * edits once they were applied.
 */
export function openedBy(events: readonly Event[]): (event: Event) => readonly LoggedDrift[] {
  const intended = appliedBy(events);
  return (event) => (event.kind === 'opened' ? [event.drift] : (intended(event)?.drifts ?? []));
}

/**
 * Returns a function that finds the intent of an `applied` event; `null`: it is no `applied`, or its intent is no
 * longer kept.
 */
export function appliedBy(events: readonly Event[]): (event: Event) => Intended | null {
  const intents = new Map<string, Intended>();
  for (const event of events) if (event.kind === 'intended') intents.set(event.event, event);
  return (event) => (event.kind === 'applied' ? (intents.get(event.of) ?? null) : null);
}

/** Returns the drifts that the event itself holds, whether or not they count. */
export function driftsIn(event: Event): readonly LoggedDrift[] {
  if (event.kind === 'opened') return [event.drift];
  return event.kind === 'intended' ? event.drifts : [];
}
