import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import { clean } from '../../core/words/text.ts';
import { fewOf } from './few-of.ts';
import type { LostSession } from './ways-back.ts';

/** A command for a person to paste, and what it does. */
export interface Paste {
  readonly text: string;
  readonly command: string;
}

/** The sessions that were lost and do not run. */
export interface Lost {
  /** Those that died in the span. */
  readonly inSpan: readonly LostSession[];
  /** Those that `resume` takes when none is named. */
  readonly byDefault: readonly string[];
  /** Those that were lost before the span. */
  readonly before: readonly string[];
  /** The beginning of the span, in words. */
  readonly since: string;
}

/**
 * Returns what brings the lost sessions back: one command for those whose tmux sessions are gone, a line for each shell
 * that an agent left behind, and a command for those that were lost before the span.
 */
export function pastesFor({ inSpan, byDefault, before, since }: Lost, place: RegistryPlace): readonly Paste[] {
  const names = [...new Set(inSpan.map(({ session }) => session))];
  const command = (wanted: readonly string[], all: readonly string[]): string =>
    shellCommand(place, 'resume', ...(isSame(all, byDefault) ? [] : wanted));
  const gone = inSpan.flatMap(({ session, wayBack }) => (wayBack.kind === 'script' ? [session] : []));
  const script: Paste = {
    text: `To bring ${manyText(gone)} back, paste this (without | sh to see it first):`,
    command: `${command(gone, names)} | sh`,
  };
  const shells = inSpan.flatMap(({ session, wayBack }): Paste[] =>
    wayBack.kind === 'own-shell'
      ? [
          {
            text: `To go on in ${clean(session)}, paste this into the shell that is left there:`,
            command: wayBack.line,
          },
        ]
      : [],
  );
  const earlier: Paste = {
    text: `Lost before ${since} and not back: ${fewOf(before.map(clean))}. This shows what brings ${before.length === 1 ? 'it' : 'them'} back:`,
    command: command(before, before),
  };
  return [...(gone.length === 0 ? [] : [script]), ...shells, ...(before.length === 0 ? [] : [earlier])];
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((session) => other.includes(session));
}

function manyText(names: readonly string[]): string {
  return names.length === 1 ? clean(names[0] ?? '') : `these ${names.length} sessions`;
}
