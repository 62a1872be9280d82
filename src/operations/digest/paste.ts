import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import { clean } from '../../core/words/text.ts';
import type { LostSession } from './ways-back.ts';

/** A command for a person to paste, and what it does. */
export interface Paste {
  readonly text: string;
  readonly command: string;
}

/**
 * Returns what brings the lost sessions back: one command for those whose tmux sessions are gone, and a line for each
 * shell that an agent left behind.
 * @param byDefault the sessions that `resume` takes when none is named
 */
export function pastesFor(
  lost: readonly LostSession[],
  byDefault: ReadonlySet<string>,
  place: RegistryPlace,
): readonly Paste[] {
  const gone = lost.flatMap(({ session, wayBack }) => (wayBack.kind === 'script' ? [session] : []));
  const shells = lost.flatMap(({ session, wayBack }): Paste[] =>
    wayBack.kind === 'own-shell'
      ? [
          {
            text: `To go on in ${clean(session)}, paste this into the shell that is left there:`,
            command: wayBack.line,
          },
        ]
      : [],
  );
  return gone.length === 0 ? shells : [scriptFor(gone, byDefault, place), ...shells];
}

function scriptFor(gone: readonly string[], byDefault: ReadonlySet<string>, place: RegistryPlace): Paste {
  const [one = ''] = gone;
  const isDefault = gone.length === byDefault.size && gone.every((session) => byDefault.has(session));
  const command = shellCommand(place, 'resume', ...(isDefault ? [] : gone));
  const what = gone.length === 1 ? clean(one) : `these ${gone.length} sessions`;
  return {
    text: `To bring ${what} back, paste this (without | sh to see it first):`,
    command: `${command} | sh`,
  };
}
