import { existsSync } from 'node:fs';
import { namesOrNone, readLink, readText } from './if-readable.ts';

/** The fields of `/proc/<pid>/stat` (proc_pid_stat(5)). */
export interface Stat {
  readonly pid: number;
  /** The kernel's name of the process, at most 15 bytes. */
  readonly name: string;
  readonly ppid: number;
  readonly processGroup: number;
  readonly tty: number;
  readonly foregroundGroup: number;
  /** Ticks since boot. */
  readonly start: string;
  readonly threads: number;
  /** The addresses of its stack and its arguments, which change at an `exec`. Zeros for another user's process. */
  readonly image: string;
}

/** Reads a process's state; `null` if it does not live (a zombie does not), or cannot be seen. */
export function readStat(pid: number): Stat | null {
  const text = readText(`/proc/${pid}/stat`);
  const stat = text === null ? 'ended' : parseStat(pid, text);
  return typeof stat === 'string' ? null : stat;
}

/**
 * Parses `/proc/<pid>/stat`. `ended`: the process does not live, a zombie for example. `unknown`: it is in a form that
 * says nothing, neither that it lives nor that it does not.
 */
export function parseStat(pid: number, text: string): Stat | 'ended' | 'unknown' {
  // The name may hold blanks and brackets: the fields begin after its last bracket.
  const close = text.lastIndexOf(') ');
  const fields = text.slice(close + 2).split(' ');
  const start = fields[19] ?? '';
  if (/^[ZX]$/.test(fields[0] ?? '')) return 'ended';
  // Only these of the fifty fields: a pass reads thousands of processes.
  const numbers = [1, 2, 4, 5, 17].map((at) => Number(fields[at]));
  const [ppid = 0, processGroup = 0, tty = 0, foregroundGroup = 0, threads = 0] = numbers;
  const isWhole = numbers.every(Number.isSafeInteger) && /^\d+$/.test(start);
  if (close === -1 || !isWhole) return 'unknown';
  return {
    pid,
    name: text.slice(text.indexOf('(') + 1, close),
    ppid,
    processGroup,
    tty,
    foregroundGroup,
    start,
    threads,
    image: `${fields[25] ?? ''} ${fields[45] ?? ''}`,
  };
}

/** Returns the arguments of a process; none if it ended, or cannot be seen. */
export function readArguments(pid: number): readonly string[] {
  return parseArguments(readText(`/proc/${pid}/cmdline`) ?? '');
}

/** Parses `/proc/<pid>/cmdline`: a NUL ends each argument, but a process may write anything there (setproctitle). */
export function parseArguments(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

/** Returns a variable of `/proc/<pid>/environ`; `null` if it is not set, or empty. */
export function parseVariable(environment: string, name: string): string | null {
  // A NUL ends each variable; here each begins with one too.
  const text = `\0${environment}`;
  const line = `\0${name}=`;
  const at = text.indexOf(line);
  if (at === -1) return null;
  const from = at + line.length;
  const end = text.indexOf('\0', from);
  return text.slice(from, end === -1 ? undefined : end) || null;
}

/** Returns the kernel's id of this boot; `null` if it does not tell. */
export function readBootId(): string | null {
  return parseBootId(readText('/proc/sys/kernel/random/boot_id') ?? '');
}

/** Parses `/proc/sys/kernel/random/boot_id`. Another text would look like another boot; a container may hide the file. */
export function parseBootId(text: string): string | null {
  return /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\s*$/.exec(text)?.[1] ?? null;
}

/** Returns the children of every thread of a process, by the kernel's own list; `null` if it keeps none. */
export function readChildren(pid: number, threads: number): readonly number[] | null {
  const tasks = threads === 1 ? [String(pid)] : namesOrNone(`/proc/${pid}/task`);
  const lists = tasks.map((thread) => readText(`/proc/${pid}/task/${thread}/children`));
  if (lists.every((list) => list === null)) return null;
  return lists.flatMap((list) => list?.match(/\d+/g) ?? []).map(Number);
}

export function listPids(): readonly number[] {
  return namesOrNone('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Returns the boot time by the kernel's clock; ms since 1970; `null` if `/proc/stat` does not tell. */
export function bootTime(): number | null {
  return parseBootTime(readText('/proc/stat') ?? '');
}

export function parseBootTime(text: string): number | null {
  const seconds = /^btime (\d{1,12})$/m.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** Returns the folder in which a process works. */
export function readFolder(link: string): string | null {
  const folder = readLink(link);
  return folder === null ? null : withoutDeleted(folder);
}

/** Returns the name that a folder had before it was removed: the kernel then adds a word (proc_pid_cwd(5)). */
export function withoutDeleted(folder: string): string {
  return folder.endsWith(deleted) && !existsSync(folder) ? folder.slice(0, -deleted.length) : folder;
}

const deleted = ' (deleted)';

/**
 * Decides whether a process shares this process's namespace: the same path in a container's own file system is another
 * file. An unreadable answer counts as yes.
 */
export function sharesNamespace(namespace: 'mnt' | 'net', pid: number): boolean {
  const its = readLink(`/proc/${pid}/ns/${namespace}`);
  return its === null || its === readLink(`/proc/self/ns/${namespace}`);
}
