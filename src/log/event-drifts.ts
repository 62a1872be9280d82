import type { Event, LoggedDrift } from './log.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/** Which drifts an event of these opens: one without edits is seen; with edits it counts once they were applied. */
export function openedBy(events: readonly Event[]): (event: Event) => readonly LoggedDrift[] {
  const intended = appliedBy(events);
  return (event) => (event.kind === 'opened' ? [event.drift] : (intended(event)?.drifts ?? []));
}

/** What an `applied` among these events carried out; `null`: it is no `applied`, or its intent is kept no more. */
export function appliedBy(events: readonly Event[]): (event: Event) => Intended | null {
  const intents = new Map<string, Intended>();
  for (const event of events) if (event.kind === 'intended') intents.set(event.event, event);
  return (event) => (event.kind === 'applied' ? (intents.get(event.of) ?? null) : null);
}

/** The drifts that stand in the event itself, whether they count yet or never will. */
export function driftsIn(event: Event): readonly LoggedDrift[] {
  if (event.kind === 'opened') return [event.drift];
  return event.kind === 'intended' ? event.drifts : [];
}
