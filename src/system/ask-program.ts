import { callProgram } from './call-program.ts';

export interface Asked {
  /** The exit code; `null`: the program did not start, or did not end by itself. */
  readonly code: number | null;
  /** Why there is no code: `ENOENT` and the like if it did not start, a signal, or the deadline. */
  readonly failure: string | null;
  readonly stdout: string;
}

interface AskOptions {
  /** ms; default: what a program that answers at once needs. */
  readonly deadlineMs?: number;
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Calls a small program and returns its output. It never throws. */
export async function askProgram(
  program: string,
  words: readonly string[],
  signal: AbortSignal,
  { deadlineMs = 2_000, env = process.env }: AskOptions = {},
): Promise<Asked> {
  const answer = await callProgram(program, words, { deadlineMs, signal, env });
  switch (answer.kind) {
    case 'ended':
      return { code: answer.code, failure: answer.signal, stdout: answer.stdout };
    case 'too late':
      return { code: null, failure: `no answer in ${deadlineMs / 1_000} s`, stdout: '' };
    case 'aborted':
      return { code: null, failure: 'broken off', stdout: '' };
    case 'not started':
      return { code: null, failure: answer.reason, stdout: '' };
  }
}
