import { clean } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import type { PassReport } from '../context.ts';
import { isDown, type SessionSeen } from './session-rows.ts';
import { unregistered } from './unknown-session.ts';

/**
 * Returns hints about what to do now about the rows.
 * @param shown now: ms since 1970; showsResumes: the lines that bring sessions back stand in the table
 */
export function statusHints(
  sessions: readonly SessionSeen[],
  report: PassReport,
  place: RegistryPlace,
  { now, showsResumes }: { readonly now: number; readonly showsResumes: boolean },
): readonly string[] {
  const resumes = showsResumes ? [] : [...goneHint(sessions, place), ...resumeHint(sessions, place, now)];
  return [...unregisteredHint(report, place), ...resumes];
}

const namesAtMost = 4;

/** Returns a list of names, the first ones if they are many: `a, b, c and 27 others`. */
export function someOf(names: readonly string[]): string {
  if (names.length <= namesAtMost) return names.join(', ');
  return `${names.slice(0, namesAtMost - 1).join(', ')} and ${names.length - namesAtMost + 1} others`;
}

function unregisteredHint(report: PassReport, place: RegistryPlace): string[] {
  const names = unregistered(report);
  if (names.length === 0) return [];
  return [`not in the registry yet: ${someOf(names.map(clean))}. To register: ${shellCommand(place, 'reconcile')}`];
}

/** Returns the hint about sessions that should run and do not. */
function goneHint(sessions: readonly SessionSeen[], place: RegistryPlace): string[] {
  const count = sessions.filter(({ row }) => isDown(row) && row.resume !== null).length;
  return count === 0 ? [] : [`${sessionsWord(count)} can be resumed: ${shellCommand(place, 'resume')} | sh`];
}

/** The longest age of a death for which a hint is given; ms. */
export const recentMs = 24 * 60 * 60_000;

/** Returns the hint about the sessions that died last, all at one moment. */
function resumeHint(sessions: readonly SessionSeen[], place: RegistryPlace, now: number): readonly string[] {
  const ended = sessions.flatMap(({ entry: { terminationMode, terminatedAt }, row }) => {
    const isOurs = row.status === 'terminated' && terminationMode === 'auto-detected' && row.liveness !== 'alive';
    return isOurs && terminatedAt !== null && row.resume !== null ? [terminatedAt] : [];
  });
  const last = Math.max(...ended);
  const count = ended.filter((at) => at === last).length;
  if (count === 0 || now - last > recentMs) return [];
  const at = isoSeconds(last);
  return [`${sessionsWord(count)} ended at ${at} and can be resumed: ${shellCommand(place, 'resume')} | sh`];
}

function sessionsWord(count: number): string {
  return count === 1 ? '1 session' : `${count} sessions`;
}
