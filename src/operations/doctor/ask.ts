import { execFile } from 'node:child_process';

export interface Asked {
  /** `null`: it did not start, or was ended at its deadline. */
  readonly code: number | null;
  /** `ENOENT` and the like, where it did not start. */
  readonly failure: string | null;
  readonly stdout: string;
}

export interface AskOptions {
  /** ms; default: what a program that answers at once needs. */
  readonly deadlineMs?: number;
  /** Default: our own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a small program without a shell. Never throws. */
export function ask(
  program: string,
  words: readonly string[],
  signal: AbortSignal,
  { deadlineMs = 2_000, env = process.env }: AskOptions = {},
): Promise<Asked> {
  return new Promise((resolve) => {
    const options = { timeout: deadlineMs, killSignal: 'SIGKILL', signal, encoding: 'utf8', env: { ...env } } as const;
    const child = execFile(program, [...words], options, (error, stdout) => {
      if (error === null) return resolve({ code: 0, failure: null, stdout });
      const code = error.code;
      if (typeof code === 'number') return resolve({ code, failure: null, stdout });
      const late = `no answer in ${deadlineMs / 1_000} s`;
      return resolve({ code: null, failure: typeof code === 'string' ? code : late, stdout });
    });
    child.stdin?.end();
  });
}
