import { spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { leaveGoneFolder } from './current-folder.ts';
import { codeOf } from './errno.ts';
import { drainMs, inTime, killGroup, reasonOf, type ProgramAnswer } from './run-program.ts';
import { whichProgram } from './missing-program.ts';
import { withoutSecrets } from './secret-variables.ts';
import { shortageOf } from './shortage.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Default: this process's environment. This program's own secrets are left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: this process's folder. */
  readonly cwd?: string;
  /** The program must end if this process is killed: otherwise its work would be done twice. */
  readonly diesWithUs?: boolean;
  /** A program that says more is ended; bytes. Default: that of execa, 100 MB. */
  readonly longestOutput?: number;
  /** Its standard input; default: empty. Not with `diesWithUs`, whose guard may need the pipe. */
  readonly input?: string;
  /** Its output goes nowhere, however much there is: nothing of it may be shown. */
  readonly isUnheard?: boolean;
}

/**
 * Calls a program outside the hot path (Hermes, doctor, set-up), and returns by the deadline, whatever the program
 * does.
 * @param options.deadlineMs how long it may take; ms
 */
export async function callProgram(
  program: string,
  args: readonly string[],
  { deadlineMs, ...options }: CallOptions & { readonly deadlineMs: number },
): Promise<ProgramAnswer> {
  const call = await prepare(program, args, options);
  if (call.kind !== 'ready') return call;
  const { execa, file, words, stdin, place, signal } = call;
  const { input, isUnheard = false } = options;
  const output = isUnheard ? ({ stdout: 'ignore', stderr: 'ignore' } as const) : {};
  const child = execa(file, words, {
    ...always,
    ...place,
    ...output,
    ...(input === undefined ? { stdin } : { input }),
  });
  child.once('exit', () => closeDrained(child));
  // execa's own time-out ends only the program, and then waits for its children.
  return inTime(child, deadlineMs, signal, child.then(answerOf));
}

/**
 * Passes on each line of a program that does not end by itself, until it ends or the signal ends it. It never throws.
 */
export async function followProgram(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
  options: CallOptions,
): Promise<void> {
  const call = await prepare(program, args, options);
  if (call.kind !== 'ready') return;
  const { execa, file, words, stdin, place, signal } = call;
  const child = execa(file, words, { ...always, ...place, stdin, stderr: 'ignore', buffer: false });
  child.once('exit', () => closeDrained(child));
  const end = (): void => killGroup(child);
  signal.addEventListener('abort', end, { once: true });
  for await (const line of child) onLine(line);
  signal.removeEventListener('abort', end);
}

const always = {
  // A process group of its own: Ctrl-C at the terminal must not cut an answer short, and a wrapper's children end with
  // it.
  detached: true,
  extendEnv: false,
  stripFinalNewline: false,
  // execa's listeners would end this process at a signal that it handles in order.
  cleanup: false,
  reject: false,
} as const;

/** Decides what to start, and how; or why nothing is started. */
async function prepare(program: string, args: readonly string[], options: CallOptions) {
  const { signal, env = process.env, cwd, diesWithUs = false, longestOutput } = options;
  if ([program, ...args].some((word) => word.includes('\0'))) return notStarted('a NUL in an argument');
  // A guard that cannot find the program would end with a code of its own.
  if (diesWithUs && whichProgram(program, env['PATH'] ?? process.env['PATH']) === null) return notStarted('ENOENT');
  const short = missingDescriptors();
  if (short !== null) return notStarted(short);
  // Loading execa takes 20 ms: a pass that calls no such program does not load it.
  const { execa } = await import('execa');
  if (signal.aborted) return { kind: 'aborted' } as const;
  leaveGoneFolder();
  const [file, words] = diesWithUs ? guarded(program, args) : ([program, args] as const);
  // The guard without the kernel's help watches its stdin, which ends with this process. For all others stdin may be a
  // protocol.
  const stdin = file === 'sh' ? 'pipe' : 'ignore';
  const limit = longestOutput === undefined ? {} : { maxBuffer: longestOutput };
  const place = { env: withoutSecrets(env), ...(cwd === undefined ? {} : { cwd }), ...limit };
  return { kind: 'ready', execa, file, words, stdin, place, signal } as const;
}

/** What a start takes: three pipes, and what Node itself opens for it. */
const descriptorsOfStart = 8;

/**
 * Returns the code of the error if too few file descriptors are free to start a program; `null`: there are enough. execa
 * must not find out: Node then gives it a process without pipes, whose error comes later and ends this process.
 */
export function missingDescriptors(): string | null {
  const held: number[] = [];
  try {
    while (held.length < descriptorsOfStart) held.push(openSync('/dev/null', 'r'));
    return null;
  } catch (error) {
    return shortageOf(codeOf(error)) === null ? null : codeOf(error);
  } finally {
    held.forEach((descriptor) => closeSync(descriptor));
  }
}

/**
 * Returns a command that ends with this process: on Linux the kernel sees to that; elsewhere a shell does, once its
 * pipe breaks.
 */
function guarded(program: string, args: readonly string[]): readonly [string, readonly string[]] {
  if (process.platform === 'linux' && kernelEndsChildren()) {
    return ['setpriv', ['--pdeathsig', 'KILL', '--', program, ...args]];
  }
  // A shell gives a background process an empty stdin, so the guard's stdin is named.
  const script =
    'exec 3<&0; "$@" </dev/null 3<&- & child=$!; ' +
    '{ cat <&3 >/dev/null; kill -9 "$child"; } 2>/dev/null & guard=$!; ' +
    'wait "$child"; status=$?; kill "$guard" 2>/dev/null; exit "$status"';
  return ['sh', ['-c', script, 'guard', program, ...args]];
}

/** How long `setpriv` may take when it is tried; on a busy machine it takes seconds; ms. */
const tryMs = 10_000;
let setprivWorks: boolean | null = null;

/** Decides whether `setpriv` can do it; BusyBox' `setpriv` cannot. It is tried once. */
function kernelEndsChildren(): boolean {
  setprivWorks ??=
    spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true'], {
      stdio: 'ignore',
      timeout: tryMs,
      env: withoutSecrets(process.env),
    }).status === 0;
  return setprivWorks;
}

function notStarted(reason: string) {
  return { kind: 'not started', reason } as const;
}

/** Closes the pipes once the last bytes are read: children of the program may hold them for hours. */
function closeDrained({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): void {
  const drained = setTimeout(() => {
    stdout?.destroy();
    stderr?.destroy();
  }, drainMs);
  stdout?.on('data', () => drained.refresh());
  stdout?.once('close', () => clearTimeout(drained));
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  /** The system's error if nothing was started. */
  readonly cause?: unknown;
}

function answerOf({ exitCode, signal, stdout = '', stderr = '', cause }: Ended): ProgramAnswer {
  if (exitCode === undefined && signal === undefined) return notStarted(reasonOf(cause));
  return { kind: 'ended', code: exitCode ?? null, signal: signal ?? null, stdout, stderr };
}
