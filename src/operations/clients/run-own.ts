import { stripVTControlCharacters } from 'node:util';
import { shellQuote } from '../../core/words/text.ts';
import { HostError } from '../../errors.ts';
import { callProgram } from '../../system/call-program.ts';
import { whichProgram } from '../../system/missing-program.ts';
import { withoutTemplates } from '../../system/set-variable.ts';
import type { Context } from '../context.ts';
import type { Client } from './client.ts';

/** Hosts start in 0.3 to 4 s, and take many times as long on a busy machine; ms. */
const deadlineMs = 60_000;

export interface Said {
  readonly code: number;
  readonly text: string;
}

/**
 * Runs a host's own command, without a shell.
 * @returns its exit code and what it printed, without colours; hosts end with 0 for much that failed
 * @throws HostError if it does not start or does not end
 */
export async function runOwn(
  { env, home, signal }: Pick<Context, 'env' | 'home' | 'signal'>,
  { name, title, own }: Pick<Client, 'name' | 'title' | 'own'>,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const program = own?.program ?? '';
  // In the home folder no project's own settings are in the way.
  const place = { env: { ...withoutTemplates(env), ...more }, cwd: home };
  const answer = await callProgram(program, words, { deadlineMs, signal, ...place });
  signal.throwIfAborted();
  const byFile = 'run that by hand, or put the entry into its file; docs/hosts.md says which';
  const failed = (reason: string, cure = byFile): HostError =>
    new HostError(`${title} was not asked: ${reason}`, {
      where: commandLine(program, words),
      cure,
    });
  switch (answer.kind) {
    case 'ended': {
      if (answer.code === null) throw failed(`${program} was ended by ${answer.signal ?? 'a signal'}`);
      const said =
        answer.stdout.trim() === '' || answer.code !== 0 ? `${answer.stdout}\n${answer.stderr}` : answer.stdout;
      return { code: answer.code, text: stripVTControlCharacters(said).trim() };
    }
    case 'too late':
      throw failed(`${program} did not end within ${deadlineMs / 1_000} s`);
    case 'aborted':
      throw failed('it was broken off');
    case 'not started':
      if (answer.reason !== 'ENOENT') throw failed(answer.reason);
      throw failed(
        `there is no ${program} on the PATH`,
        own?.isOptional === true
          ? `mend the PATH, or put the entry into its file: asm setup --client ${name} shows it`
          : `install ${title}, or mend the PATH`,
      );
  }
}

export function commandLine(program: string, words: readonly string[]): string {
  return [program, ...words].map(shellQuote).join(' ');
}

/** Decides whether a host can be used, but has to be set up by its file: its command is not on the PATH. */
export function lacksCommand({ env }: Pick<Context, 'env'>, { own }: Pick<Client, 'own'>): boolean {
  return own?.isOptional === true && whichProgram(own.program, env['PATH']) === null;
}
