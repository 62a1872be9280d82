import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

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

/** How long the last bytes may take from the pipe once the program has ended; ms, begun again by each chunk. */
const drainMs = 250;
/** A killed program ends at once, unless the kernel holds it (a dead network file system); ms. */
const killMs = 250;

/**
 * Runs one small program and answers by the deadline, whatever it does. It waits for `exit`, not for its pipes: a tmux
 * client hands its stdout to the server, and a hung server keeps it open for minutes. For the same reason a program
 * that is too late is killed, not asked: at SIGTERM a tmux client ends with 0 and an empty answer.
 *
 * @param deadlineMs how long it may take; ms
 */
export function runProgram(
  program: string,
  args: readonly string[],
  deadlineMs: number,
  signal: AbortSignal,
  options: ProgramOptions = {},
): Promise<ProgramAnswer> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'aborted' });
    let child: ReturnType<typeof startProgram>;
    try {
      child = startProgram(program, args, options);
    } catch (error) {
      // A NUL in an argument is refused before anything starts.
      return resolve({ kind: 'not started', reason: reasonOf(error) });
    }
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const timers: NodeJS.Timeout[] = [];
    let killed: ProgramAnswer | null = null;

    const settle = (answer: ProgramAnswer): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(answer);
    };
    const end = (answer: ProgramAnswer): void => {
      killed ??= answer;
      killGroup(child);
      timers.push(setTimeout(settle, killMs, answer));
    };
    const abort = (): void => end({ kind: 'aborted' });

    timers.push(setTimeout(end, deadlineMs, { kind: 'too late' }));
    signal.addEventListener('abort', abort, { once: true });
    child.on('error', (error) => settle({ kind: 'not started', reason: reasonOf(error) }));
    child.on('exit', (code, endedBy) => {
      if (killed !== null) return settle(killed);
      const ended = (): void =>
        settle({ kind: 'ended', code, signal: endedBy, stdout: stdout.text(), stderr: stderr.text() });
      child.once('close', ended);
      const drained = setTimeout(ended, drainMs);
      timers.push(drained);
      child.stdout.on('data', () => drained.refresh());
    });
  });
}

export interface ProgramOptions {
  /** Default: our own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** It must not go on alone if we are killed: what it does would be done twice. */
  readonly diesWithUs?: boolean;
}

/**
 * In a group of its own: Ctrl-C at our terminal must not cut an answer short, and a wrapper's children end with it.
 * Its stdin says nothing: ours may be a protocol.
 */
export function startProgram(program: string, args: readonly string[], { env, diesWithUs }: ProgramOptions) {
  const [file, words] = diesWithUs === true ? guarded(program, args, env?.['PATH']) : ([program, args] as const);
  const child = spawn(file, [...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...(env ?? process.env) },
  });
  child.on('error', () => undefined);
  // Its types do not say so: without a free descriptor there are no pipes, and the error comes later.
  const stdin: Writable | undefined = child.stdin;
  if (stdin === undefined) throw new Error('no file descriptor is free');
  // The guard without a kernel's help watches its stdin: it ends when we do. Everybody else gets an end at once.
  child.stdin.on('error', () => undefined);
  if (file !== 'sh') child.stdin.end();
  return child;
}

/** Linux ends a child with its parent; elsewhere a shell does, once the pipe from us breaks. */
function guarded(
  program: string,
  args: readonly string[],
  path: string | undefined,
): readonly [string, readonly string[]] {
  // A guard that cannot find it would end with a code of its own.
  if (!program.includes('/') && !isInPath(program, path)) throw Object.assign(new Error(program), { code: 'ENOENT' });
  if (process.platform === 'linux' && kernelEndsChildren()) {
    return ['setpriv', ['--pdeathsig', 'KILL', '--', program, ...args]];
  }
  // A shell gives what it starts beside itself an empty stdin, so ours is named for the guard.
  const script =
    'exec 3<&0; "$@" </dev/null 3<&- & child=$!; ' +
    '{ cat <&3 >/dev/null; kill -9 "$child"; } 2>/dev/null & guard=$!; ' +
    'wait "$child"; status=$?; kill "$guard" 2>/dev/null; exit "$status"';
  return ['sh', ['-c', script, 'guard', program, ...args]];
}

let setprivWorks: boolean | null = null;

/** Some systems have a `setpriv` that knows nothing of it (BusyBox): tried once. */
function kernelEndsChildren(): boolean {
  setprivWorks ??=
    spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true'], { stdio: 'ignore', timeout: 2_000 }).status === 0;
  return setprivWorks;
}

function isInPath(program: string, path = process.env['PATH'] ?? ''): boolean {
  return path.split(':').some((folder) => existsSync(join(folder, program)));
}

function collect(stream: NodeJS.ReadableStream): { readonly text: () => string } {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { text: () => Buffer.concat(chunks).toString('utf8') };
}

export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
