import { counted } from '../../core/words/counted.ts';
import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import type { Overview } from './overview.ts';

/**
 * Returns hints about what to do now about the rows.
 * @param showsResumes the lines that bring sessions back stand in the table
 */
export function statusHints(
  sessions: Overview['sessions'],
  seen: Pick<Overview, 'unregistered' | 'otherNames' | 'lost'>,
  registry: RegistryPlace,
  showsResumes: boolean,
): readonly string[] {
  const hints = unregisteredHint(seen, registry);
  if (showsResumes || !sessions.some(({ isLost }) => isLost)) return hints;
  return [...hints, ...resumeHint(seen.lost, new Set(sessions.map(({ row }) => row.session)), registry)];
}

/** Returns a hint about the sessions that a pass would register, if there are any. */
export function unregisteredHint(
  { unregistered: names, otherNames }: Pick<Overview, 'unregistered' | 'otherNames'>,
  place: RegistryPlace,
): readonly string[] {
  if (names.length === 0) return otherNames;
  return [`not in the registry yet: ${someOf(names.map(clean))}. To register: ${shellCommand(place, 'reconcile')}`];
}

/** Returns the hint about lost sessions, by the rule of `resume`. Its command brings back those alone that it names. */
function resumeHint(lost: readonly string[], shown: ReadonlySet<string>, place: RegistryPlace): string[] {
  const names = lost.filter((session) => shown.has(session));
  if (names.length === 0) return [];
  const command = shellCommand(place, 'resume', ...(names.length === lost.length ? [] : names));
  const count = counted(names.length, 'session');
  return [`${count} can be brought back (${someOf(names.map(clean))}): ${command} | sh`];
}
