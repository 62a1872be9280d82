import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { Process } from '../core/observation.ts';

/** Clock ticks a second in `/proc/<pid>/stat`: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export interface Stat {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly ppid: number;
  readonly processGroup: number;
  readonly tty: number;
  readonly foregroundGroup: number;
  readonly start: string;
}

/** `/proc/<pid>/stat`; `null` where no such process lives (a zombie does not). */
export function readStat(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name may hold blanks and brackets: the fields begin after its last bracket.
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const state = fields[0] ?? 'X';
  if (state === 'Z' || state === 'X') return null;
  return {
    pid,
    name: text.slice(text.indexOf('(') + 1, close),
    state,
    ppid: Number(fields[1]),
    processGroup: Number(fields[2]),
    tty: Number(fields[4]),
    foregroundGroup: Number(fields[5]),
    start: fields[19] ?? '',
  };
}

/** Boot time by the kernel's clock; ms since 1970. */
export function bootTime(): number {
  const seconds = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
  return Number(seconds) * 1000;
}

export function startedAt(stat: Stat, bootedAt: number): number {
  return bootedAt + (Number(stat.start) / ticksPerSecond) * 1000;
}

export function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Children of every thread of a process, by the kernel's own list. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}

type Told = Pick<Process, 'argv' | 'exe' | 'claudeConfigDir' | 'home'>;

/** What a process says of itself; kept until it ends or becomes another program (`exec` changes its name or arguments). */
export function makeProcessReader(): {
  read(pid: number, bootedAt: number): Process | null;
  forgetAllBut(pids: ReadonlySet<number>): void;
} {
  const cache = new Map<number, { key: string; told: Told }>();
  return {
    read: (pid, bootedAt) => {
      const stat = readStat(pid);
      if (stat === null) return null;
      const commandLine = readBytes(`/proc/${pid}/cmdline`);
      const key = `${stat.start} ${stat.name} ${commandLine}`;
      const known = cache.get(pid);
      const told = known?.key === key ? known.told : tell(pid, commandLine);
      cache.set(pid, { key, told });
      const { start, ppid, processGroup, foregroundGroup, tty } = stat;
      const cwd = link(`/proc/${pid}/cwd`);
      return {
        pid,
        ppid,
        start,
        startedAt: startedAt(stat, bootedAt),
        processGroup,
        foregroundGroup,
        tty,
        cwd,
        ...told,
      };
    },
    forgetAllBut: (pids) => {
      for (const pid of cache.keys()) if (!pids.has(pid)) cache.delete(pid);
    },
  };
}

function tell(pid: number, commandLine: string): Told {
  const argv = commandLine.replace(/\0$/, '').split('\0');
  const environment = new Map(
    readBytes(`/proc/${pid}/environ`)
      .split('\0')
      .map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
  );
  return {
    argv,
    exe: link(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? null,
    claudeConfigDir: environment.get('CLAUDE_CONFIG_DIR') || null,
    home: environment.get('HOME') || null,
  };
}

function readBytes(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
