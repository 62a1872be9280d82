import { clean } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import { shellCommand, type RegistryPlace } from '../../tell/shell-command.ts';
import type { PassReport } from '../context.ts';
import { isDown, type SessionRow } from './session-rows.ts';

/** What a person can do now about what the rows show. `now`: ms since 1970. */
export function statusHints(
  rows: readonly SessionRow[],
  report: PassReport,
  place: RegistryPlace,
  now: number,
): readonly string[] {
  return [...unregisteredHint(report, place), ...goneHint(rows, place), ...resumeHint(rows, report, place, now)];
}

/** Sessions that are seen, and would be registered. */
export function unregistered({ document, registry }: Pick<PassReport, 'document' | 'registry'>): readonly string[] {
  const known = new Set(registry.entries.map(({ session }) => session));
  const seen = document.standing.flatMap((drift) =>
    drift.kind === 'session-unregistered' && drift.session != null ? [drift.session] : [],
  );
  return [...new Set([...seen, ...document.deferred.map(({ session }) => session)])].filter((name) => !known.has(name));
}

function unregisteredHint(report: PassReport, place: RegistryPlace): string[] {
  const names = unregistered(report);
  if (names.length === 0) return [];
  return [`not in the registry yet: ${names.map(clean).join(', ')}. To register: ${shellCommand(place, 'reconcile')}`];
}

/** Not written down yet: a look tells how each comes back. */
function goneHint(rows: readonly SessionRow[], place: RegistryPlace): string[] {
  const count = rows.filter((row) => isDown(row) && row.resume !== null).length;
  return count === 0 ? [] : [`${sessionsWord(count)} can be resumed: ${shellCommand(place, 'reconcile', '--dry-run')}`];
}

/** How long a death may be ago that people still want to undo; ms. */
const recentMs = 24 * 60 * 60_000;

/** The sessions that went last, all at one moment: the history holds the lines that bring them back. */
function resumeHint(
  rows: readonly SessionRow[],
  { registry }: PassReport,
  place: RegistryPlace,
  now: number,
): readonly string[] {
  const ended = registry.entries.flatMap(({ terminationMode, terminatedAt }, index) => {
    const row = rows[index];
    const isOurs = row?.status === 'terminated' && terminationMode === 'auto-detected' && row.liveness !== 'alive';
    return isOurs && terminatedAt !== null && row.resume !== null ? [terminatedAt] : [];
  });
  const last = Math.max(...ended);
  const count = ended.filter((at) => at === last).length;
  if (count === 0 || now - last > recentMs) return [];
  const at = isoSeconds(last);
  return [`${sessionsWord(count)} ended at ${at} and can be resumed: ${shellCommand(place, 'history', '--since', at)}`];
}

function sessionsWord(count: number): string {
  return count === 1 ? '1 session' : `${count} sessions`;
}
