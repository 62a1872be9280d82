import { otherNames } from '../../core/place/other-names.ts';
import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import type { Context, PassReport } from '../context.ts';
import { isLost, lostSessions } from '../resume/lost-sessions.ts';
import { waysBack } from '../resume/way-back.ts';
import { sessionsIn, type SessionSeen } from './session-rows.ts';
import { unregistered } from './unknown-session.ts';

/**
 * Returns hints about what to do now about the rows.
 * @param showsResumes the lines that bring sessions back stand in the table
 */
export async function statusHints(
  sessions: readonly SessionSeen[],
  report: PassReport,
  { settings: { registry }, log, now }: Pick<Context, 'settings' | 'log' | 'now'>,
  showsResumes: boolean,
): Promise<readonly string[]> {
  const hints = unregisteredHint(report, registry);
  if (showsResumes || !sessions.some(isLost)) return hints;
  const all = sessionsIn(report, null);
  const lost = waysBack(lostSessions(all, await log().read(), report, now()), report);
  const names = lost.flatMap(({ session, resume }) => (resume.kind === 'line' ? [session] : []));
  return [...hints, ...resumeHint(names, new Set(sessions.map(({ entry }) => entry.session)), registry)];
}

/** Returns a hint about the sessions that a pass would register, if there are any. */
export function unregisteredHint(report: PassReport, place: RegistryPlace): readonly string[] {
  const names = unregistered(report);
  if (names.length === 0) return otherNames(report.input);
  return [`not in the registry yet: ${someOf(names.map(clean))}. To register: ${shellCommand(place, 'reconcile')}`];
}

/** Returns the hint about lost sessions, by the rule of `resume`. Its command brings back those alone that it names. */
function resumeHint(lost: readonly string[], shown: ReadonlySet<string>, place: RegistryPlace): string[] {
  const names = lost.filter((session) => shown.has(session));
  if (names.length === 0) return [];
  const command = shellCommand(place, 'resume', ...(names.length === lost.length ? [] : names));
  const count = names.length === 1 ? '1 session' : `${names.length} sessions`;
  return [`${count} can be brought back (${someOf(names.map(clean))}): ${command} | sh`];
}
