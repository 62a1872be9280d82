import type { PlanInput } from './plan.ts';

/** Until when no waiting of a session is told. */
export interface Snooze {
  /** ms since 1970; `null`: for good, as the config says. */
  readonly until: number | null;
}

/** Returns the snooze of a session; `null`: a waiting of it is told. */
export function snoozeOf(session: string, about: Pick<PlanInput, 'settings' | 'ledger' | 'now'>): Snooze | null {
  const { settings, ledger, now } = about;
  if (settings.attention.snoozed.includes(session)) return { until: null };
  const until = ledger.snoozed.get(session) ?? 0;
  return now < until ? { until } : null;
}
