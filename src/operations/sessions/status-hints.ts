import { clean } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import type { PassReport } from '../context.ts';
import { isDown, type SessionSeen } from './session-rows.ts';
import { unregistered } from './unknown-session.ts';

/** What a person can do now about what the rows show. `now`: ms since 1970. */
export function statusHints(
  sessions: readonly SessionSeen[],
  report: PassReport,
  place: RegistryPlace,
  now: number,
): readonly string[] {
  return [...unregisteredHint(report, place), ...goneHint(sessions, place), ...resumeHint(sessions, place, now)];
}

function unregisteredHint(report: PassReport, place: RegistryPlace): string[] {
  const names = unregistered(report);
  if (names.length === 0) return [];
  return [`not in the registry yet: ${names.map(clean).join(', ')}. To register: ${shellCommand(place, 'reconcile')}`];
}

/** Not written down yet: a look tells how each comes back. */
function goneHint(sessions: readonly SessionSeen[], place: RegistryPlace): string[] {
  const count = sessions.filter(({ row }) => isDown(row) && row.resume !== null).length;
  return count === 0 ? [] : [`${sessionsWord(count)} can be resumed: ${shellCommand(place, 'reconcile', '--dry-run')}`];
}

/** How long a death may be ago that people still want to undo; ms. */
const recentMs = 24 * 60 * 60_000;

/** The sessions that went last, all at one moment: the history holds the lines that bring them back. */
function resumeHint(sessions: readonly SessionSeen[], place: RegistryPlace, now: number): readonly string[] {
  const ended = sessions.flatMap(({ entry: { terminationMode, terminatedAt }, row }) => {
    const isOurs = row.status === 'terminated' && terminationMode === 'auto-detected' && row.liveness !== 'alive';
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
