import type { Event, LoggedDrift } from '../log/log.ts';

/** What a run found; times are ms since 1970. */
export interface Found {
  readonly drifts: readonly LoggedDrift[];
  readonly lastAt: number | null;
}

/**
 * What was opened since the run began, repaired or not, and what was found before and told on its card; without the
 * deaths that somebody said were his before the card had heard of them.
 */
export function foundInRun(events: readonly Event[], run: { readonly card: string; readonly since: number }): Found {
  const intents = new Map<string, readonly LoggedDrift[]>();
  const known = new Map<string, { drift: LoggedDrift; at: number }>();
  const told = new Set<string>();
  const human = new Set<string>();
  const opened = (drifts: readonly LoggedDrift[], at: number): void => {
    for (const drift of drifts) known.set(drift.id, { drift, at: Math.max(at, known.get(drift.id)?.at ?? 0) });
  };
  for (const event of events) {
    const at = Date.parse(event.at);
    if (event.kind === 'opened') opened([event.drift], at);
    if (event.kind === 'intended') intents.set(event.event, event.drifts);
    if (event.kind === 'applied') opened(intents.get(event.of) ?? [], at);
    if (event.kind === 'resolved' && event.because === 'human') human.add(event.id);
    if (event.kind === 'posting' && event.card === run.card && at >= run.since) {
      for (const id of event.drifts ?? []) told.add(id);
    }
  }
  const found = [...known.values()].filter(
    ({ drift, at }) => told.has(drift.id) || (at >= run.since && !human.has(drift.id)),
  );
  const times = found.map(({ at }) => at);
  return { drifts: found.map(({ drift }) => drift), lastAt: times.length === 0 ? null : Math.max(...times) };
}
