import { spawn, type ChildProcess } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { codeOf, messageOf } from './errno.ts';
import { withoutSecrets } from './secret-variables.ts';

export type ProgramAnswer =
  | {
      readonly kind: 'ended';
      /** `null`: a signal ended it. */
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: 'too late' }
  | { readonly kind: 'aborted' }
  /** The system's code, such as `ENOENT`, or its words. */
  | { readonly kind: 'not started'; readonly reason: string };

/** How long the last bytes may take once the program has ended; each chunk begins the time anew; ms. */
export const drainMs = 250;
/** A killed program ends at once, unless the kernel holds it (a dead network file system); ms. */
const killMs = 250;

/**
 * Runs one small program in the hot path, and returns by the deadline, whatever the program does. All others are called
 * by `callProgram`; docs/dependencies.md says why. It waits for `exit`, not for the pipes: a tmux client hands its
 * stdout to the server, and a hung server keeps it open for minutes. A program that is too late is killed: at SIGTERM a
 * tmux client ends with 0 and an empty answer.
 * @param deadlineMs how long it may take; ms
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  deadlineMs: number,
  signal: AbortSignal,
  options: ProgramOptions = {},
): Promise<ProgramAnswer> {
  if (signal.aborted) return { kind: 'aborted' };
  let child: ReturnType<typeof start>;
  try {
    child = start(program, args, options);
  } catch (error) {
    // A NUL in an argument is refused before anything starts.
    return { kind: 'not started', reason: reasonOf(error) };
  }
  const answer = await inTime(child, deadlineMs, signal, endOf(child));
  child.stdout.destroy();
  child.stderr.destroy();
  return answer;
}

/**
 * Returns how a program ended, or kills its whole group when the time is over or the signal comes.
 * @param ended resolves when the program has ended
 */
export function inTime(
  child: Pick<ChildProcess, 'pid' | 'kill'>,
  deadlineMs: number,
  signal: AbortSignal,
  ended: Promise<ProgramAnswer>,
): Promise<ProgramAnswer> {
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    let killed: ProgramAnswer | null = null;
    const settle = (answer: ProgramAnswer): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(killed ?? answer);
    };
    const end = (answer: ProgramAnswer): void => {
      killed ??= answer;
      killGroup(child);
      timers.push(setTimeout(settle, killMs, answer));
    };
    const abort = (): void => end({ kind: 'aborted' });
    timers.push(setTimeout(end, deadlineMs, { kind: 'too late' }));
    // One pass runs a program for each tmux socket: more than ten listeners are no leak, of which Node would warn.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', abort, { once: true });
    void ended.then(settle);
  });
}

export interface ProgramOptions {
  /** Default: this process's environment. This program's own secrets are left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts the program in a process group of its own: Ctrl-C at the terminal must not cut an answer short, and a
 * wrapper's children end with it. Its stdin is empty: the process's own may be a protocol.
 */
function start(program: string, args: readonly string[], { env }: ProgramOptions) {
  const child = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: withoutSecrets(env ?? process.env),
  });
  child.on('error', () => undefined);
  // Node's types do not say it: without a free descriptor there are no pipes, and the error comes later.
  const stdout: Readable | undefined = child.stdout;
  if (stdout === undefined) throw Object.assign(new Error('no file descriptor is free'), { code: 'EMFILE' });
  return child;
}

/** Waits for the last bytes only as long as they come: another process may hold the pipe. */
function endOf(child: ReturnType<typeof start>): Promise<ProgramAnswer> {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ kind: 'not started', reason: reasonOf(error) }));
    child.on('exit', (code, signal) => {
      const end = (): void => {
        clearTimeout(drained);
        resolve({ kind: 'ended', code, signal, stdout: stdout.text(), stderr: stderr.text() });
      };
      const drained = setTimeout(end, drainMs);
      child.once('close', end);
      child.stdout.on('data', () => drained.refresh());
    });
  });
}

function collect(stream: NodeJS.ReadableStream): { readonly text: () => string } {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { text: () => Buffer.concat(chunks).toString('utf8') };
}

export function killGroup(child: Pick<ChildProcess, 'pid' | 'kill'>): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

export function reasonOf(error: unknown): string {
  return codeOf(error) || messageOf(error);
}
