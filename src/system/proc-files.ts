import { existsSync } from 'node:fs';
import { names, readLink, readText } from './if-readable.ts';

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
  return text === null ? null : parseStat(pid, text);
}

export function parseStat(pid: number, text: string): Stat | null {
  // The name may hold blanks and brackets: the fields begin after its last bracket.
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const [state = 'X', ppid, processGroup, , tty, foregroundGroup] = fields;
  if (/^[ZX]?$/.test(state)) return null;
  return {
    pid,
    name: text.slice(text.indexOf('(') + 1, close),
    ppid: Number(ppid),
    processGroup: Number(processGroup),
    tty: Number(tty),
    foregroundGroup: Number(foregroundGroup),
    start: fields[19] ?? '',
    threads: Number(fields[17]),
    image: `${fields[25] ?? ''} ${fields[45] ?? ''}`,
  };
}

/** Returns the children of every thread of a process, by the kernel's own list; `null` if it keeps none. */
export function readChildren(pid: number, threads: number): readonly number[] | null {
  const tasks = threads === 1 ? [String(pid)] : names(`/proc/${pid}/task`);
  const lists = tasks.map((thread) => readText(`/proc/${pid}/task/${thread}/children`));
  if (lists.every((list) => list === null)) return null;
  return lists.flatMap((list) => list?.match(/\d+/g) ?? []).map(Number);
}

export function listPids(): readonly number[] {
  return names('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Returns the boot time by the kernel's clock; ms since 1970; `null` if `/proc/stat` does not tell. */
export function bootTime(): number | null {
  const seconds = /^btime (\d+)$/m.exec(readText('/proc/stat') ?? '')?.[1];
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
