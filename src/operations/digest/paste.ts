import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import type { LostSession } from './lost-with.ts';

/** A command for a person to paste, and what it does. */
export interface Paste {
  /** Its heading; `null`: it follows what died. */
  readonly title: string | null;
  readonly text: string;
  readonly command: string;
}

/** The sessions that were lost and do not run. */
export interface Lost {
  /** Sessions that died in the span. */
  readonly inSpan: readonly LostSession[];
  /** Sessions that `resume` takes when no name is given. */
  readonly byDefault: readonly string[];
  /** Sessions that were lost before the span. */
  readonly before: readonly LostSession[];
  /** The beginning of the span, in words. */
  readonly since: string;
}

/**
 * Returns what brings the lost sessions back: one command for those whose tmux sessions are gone, a line for each shell
 * that an agent left behind, and the same for those that were lost before the span. Each names the sessions that it
 * brings back.
 */
export function pastesFor({ inSpan, byDefault, before, since }: Lost, place: RegistryPlace): readonly Paste[] {
  const all = new Set(inSpan.map(({ session }) => session));
  const isAll = all.size === byDefault.length && byDefault.every((session) => all.has(session));
  return [
    ...waysOf(inSpan, isAll, place).map((paste) => ({ title: null, ...paste })),
    ...waysOf(before, false, place).map((paste, index) => ({
      title: index === 0 ? `Lost before ${since}, and not back` : null,
      ...paste,
    })),
  ];
}

/** @param isAll they are all that `resume` takes when none is named */
function waysOf(lost: readonly LostSession[], isAll: boolean, place: RegistryPlace): readonly Omit<Paste, 'title'>[] {
  const gone = lost.flatMap(({ session, wayBack }) => (wayBack.kind === 'script' ? [session] : []));
  const names = someOf(gone.map(clean));
  const script = {
    text: `To bring back ${isAll && gone.length > 1 ? `all ${gone.length} that are lost (${names})` : names}, paste this (leave out "| sh" to see it first):`,
    command: `${shellCommand(place, 'resume', ...(isAll ? [] : gone))} | sh`,
  };
  const shells = lost.flatMap(({ session, wayBack }) =>
    wayBack.kind === 'own-shell'
      ? [
          {
            text: `To go on in ${clean(session)}, paste this into the shell that is left there:`,
            command: wayBack.line,
          },
        ]
      : [],
  );
  return [...(gone.length === 0 ? [] : [script]), ...shells];
}
