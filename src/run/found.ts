import type { Event, LoggedDrift } from '../log/log.ts';

/** What was found since a moment; times are ms since 1970. */
export interface Found {
  readonly drifts: readonly LoggedDrift[];
  readonly lastAt: number | null;
}

/** Every drift that was opened since, repaired or not. */
export function foundSince(events: readonly Event[], since: number): Found {
  const intents = new Map<string, readonly LoggedDrift[]>();
  const drifts = new Map<string, LoggedDrift>();
  let lastAt: number | null = null;
  for (const event of events) {
    if (event.kind === 'intended') intents.set(event.event, event.drifts);
    const opened =
      event.kind === 'opened' ? [event.drift] : event.kind === 'applied' ? (intents.get(event.of) ?? []) : [];
    const at = Date.parse(event.at);
    if (opened.length === 0 || at < since) continue;
    lastAt = at;
    for (const drift of opened) drifts.set(drift.id, drift);
  }
  return { drifts: [...drifts.values()], lastAt };
}
