import { counted } from './counted.ts';
import { clean } from './text.ts';
import { isoSeconds } from './time.ts';

/**
 * The texts that go on cards beside drifts. The stop phrase stands in backticks only, so that the monitor never stops
 * itself.
 */

export function heartbeatNote(about: {
  readonly drifts: number;
  /** Times are ms since 1970. */
  readonly lastAt: number | null;
  readonly lastPassAt: number | null;
  readonly passMs: number | null;
  readonly spawns: number | null;
  readonly blind: readonly string[];
  readonly triggers: readonly string[];
  /** Why only the poll sees deaths; `null` where a trigger hears of them. */
  readonly pollOnly: string | null;
  readonly boardTrouble: string | null;
  /** Why the last pass failed. */
  readonly passTrouble: string | null;
  /** Why the memory of the last pass could not be written. */
  readonly notKept: string | null;
  /** What is wrong with the state history, the status line or a notifier. */
  readonly beside: string | null;
}): string {
  const last = about.lastAt === null ? 'never' : isoSeconds(about.lastAt);
  const look = about.lastPassAt === null ? 'no pass has succeeded yet' : `last pass ${isoSeconds(about.lastPassAt)}`;
  const cost = about.passMs === null ? [] : [`pass ${about.passMs} ms, ${about.spawns ?? 0} processes`];
  const blind = about.blind.length === 0 ? [] : [`blind: ${about.blind.map(clean).join(', ')}`];
  const refused = about.boardTrouble === null ? [] : [`the board refused: ${clean(about.boardTrouble)}`];
  const failed = about.passTrouble === null ? [] : [`the last pass failed: ${clean(about.passTrouble)}`];
  const notKept =
    about.notKept === null ? [] : [`the memory of the last pass could not be kept: ${clean(about.notKept)}`];
  const beside = about.beside === null ? [] : [clean(about.beside)];
  const poll = about.pollOnly === null ? '' : ` (deaths by the poll only: ${clean(about.pollOnly)})`;
  const triggers = `triggers: ${about.triggers.join(', ')}${poll}`;
  const alive = `alive, ${about.drifts} drifts detected, last at ${last}`;
  return [alive, look, ...cost, triggers, ...blind, ...refused, ...failed, ...notKept, ...beside].join(' · ');
}

export function askBack(): string {
  return 'Still watching. To end it, comment `stop monitoring`.';
}

/** What kept the last pass of a run from repairing or from observing. */
export interface LastTrouble {
  /** Why it failed. */
  readonly failed: string | null;
  readonly blind: readonly { readonly source: string; readonly reason: string }[];
}

const noTrouble: LastTrouble = { failed: null, blind: [] };

/** Returns `found in this run: 3 drifts (2 session-gone, 1 session-unregistered).`, and what was broken at its end. */
export function runSummary(kinds: readonly string[], { failed, blind }: LastTrouble = noTrouble): string {
  const unseen = blind.map(({ source, reason }) => `${clean(source)} (${clean(reason)})`).join(', ');
  const trouble = [
    ...(failed === null ? [] : [`The last pass failed, what it saw is not repaired: ${clean(failed)}.`]),
    ...(unseen === '' ? [] : [`Could not be seen at the end: ${unseen}.`]),
  ];
  return [foundText(kinds, trouble.length === 0), ...trouble].join(' ');
}

function foundText(kinds: readonly string[], sawAll: boolean): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size === 0) return sawAll ? 'no drift was found in this run.' : 'no drift was recorded in this run.';
  const found = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `found in this run: ${counted(kinds.length, 'drift')} (${found}).`;
}

/**
 * Returns the comment about passes that have failed for long.
 * @param since ms since 1970
 */
export function failingText(
  since: number,
  failure: { readonly message: string; readonly where: string | null; readonly cure: string | null },
): string {
  const where = failure.where === null ? '' : ` (${clean(failure.where)})`;
  const cure = failure.cure === null ? '' : ` Cure: ${clean(failure.cure)}.`;
  return `Every pass has failed since ${isoSeconds(since)}: ${clean(failure.message)}${where}. Nothing is repaired.${cure}`;
}

export function failedNoMore(): string {
  return 'Passes succeed again.';
}

/** What ended the process that watched: a signal, or the end of the program that called its tools. */
export type PausedBy = 'signal' | 'caller';

export function pausedText(by: PausedBy, summary: string): string {
  const how = by === 'signal' ? 'Paused by a signal' : 'Paused: the program that waited for news has ended';
  return `${how}, the run goes on at the next start. Up to here: ${summary}`;
}

export function completedText(reason: string, summary: string): string {
  return `Ended: ${clean(reason).replace(/\.$/, '')}. In all: ${summary}`;
}

/**
 * Returns the reason with which a card is blocked.
 * @param at the comment's time; ms since 1970
 */
export function stopReason(at: number): string {
  return `stop-requested by user at ${isoSeconds(at)}`;
}

/** Names the sessions whose waiting was told before and goes on. */
export function alsoWaiting(sessions: readonly string[]): string {
  return `Still waiting for you: ${sessions.map(clean).join(', ')}.`;
}
