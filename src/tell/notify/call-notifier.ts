import { clean, cutTo } from '../../core/words/text.ts';
import { callProgram } from '../../system/call-program.ts';
import { SendError, type NotifierWorld } from './notifier.ts';

export interface NotifierCall {
  readonly program: string;
  readonly args: readonly string[];
  /** Its standard input; default: empty. */
  readonly input?: string;
  /** ms; then it is killed with its group. */
  readonly deadlineMs: number;
  /** Decides whether its last words may be shown: those of a user's own command may hold a secret. */
  readonly mayQuote: boolean;
}

/** A program that says more is broken off; bytes. */
const longestOutput = 256 * 1024;

/**
 * Runs a program that tells the user.
 * @returns the last line that it printed, if it may be shown; else an empty text
 * @throws SendError if it does not end with 0
 */
export async function callNotifier(
  { program, args, input = '', deadlineMs, mayQuote }: NotifierCall,
  env: NotifierWorld['env'],
  signal: AbortSignal,
): Promise<string> {
  const answer = await callProgram(program, args, {
    deadlineMs,
    signal,
    env,
    input,
    isUnheard: !mayQuote,
    longestOutput,
  });
  const name = cutTo(clean(program), 100);
  switch (answer.kind) {
    case 'too late':
      throw new SendError(`${name} did not end in ${deadlineMs / 1_000} s`);
    case 'aborted':
      throw new SendError('broken off');
    case 'not started':
      throw new SendError(
        answer.reason === 'ENOENT' ? `${name} is not installed` : `${name} cannot be started (${clean(answer.reason)})`,
      );
    case 'ended': {
      if (answer.code === 0) return mayQuote ? lastLine(answer.stdout) : '';
      const how = answer.code === null ? `was ended by ${answer.signal}` : `ended with ${answer.code}`;
      const words = mayQuote ? lastLine(answer.stderr) : '';
      throw new SendError(`${name} ${how}${words === '' ? '' : `: ${words}`}`);
    }
  }
}

function lastLine(text: string): string {
  return cutTo(clean(text.trim().split('\n').at(-1) ?? ''), 200);
}
