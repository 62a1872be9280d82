import { execFile } from 'node:child_process';

export interface Asked {
  /** `null`: it did not start, or was ended at its deadline. */
  readonly code: number | null;
  /** `ENOENT` and the like, where it did not start. */
  readonly failure: string | null;
  readonly stdout: string;
}

/** Runs a small program that answers at once, without a shell. Never throws. */
export function ask(program: string, words: readonly string[], signal: AbortSignal): Promise<Asked> {
  return new Promise((resolve) => {
    const options = { timeout: 2_000, killSignal: 'SIGKILL', signal, encoding: 'utf8' } as const;
    const child = execFile(program, [...words], options, (error, stdout) => {
      if (error === null) return resolve({ code: 0, failure: null, stdout });
      const code = error.code;
      if (typeof code === 'number') return resolve({ code, failure: null, stdout });
      return resolve({ code: null, failure: typeof code === 'string' ? code : 'no answer in 2 s', stdout });
    });
    child.stdin?.end();
  });
}
