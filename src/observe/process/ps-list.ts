/** One line of `ps`, as macOS prints it. */
export interface PsProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly processGroup: number;
  /** The terminal's foreground process group; 0 or -1 without a terminal. */
  readonly foregroundGroup: number;
  /** `null`: no terminal. */
  readonly tty: string | null;
  /** The start as printed; whole seconds. */
  readonly start: string;
  /** ms since 1970. */
  readonly startedAt: number;
  /** The program's path, cut at its first blank, and its arguments: `ps` does not tell which blanks separate them. */
  readonly argv: readonly string[];
}

/** `lstart` is five words of fixed form; the field that may hold blanks is the last. */
export const psFormat = 'pid=,ppid=,pgid=,tpgid=,tty=,state=,lstart=,args=';

const line = /^ *(\d+) +(\d+) +(\d+) +(-?\d+) +(\S+) +(\S+) +(\w{3} +\w{3} +\d+ +\d\d:\d\d:\d\d +\d{4})(?: ([^]*))?$/;

/**
 * Parses the processes by pid, without zombies, which do not live. Each line is read alone: a process may have no
 * arguments, and what looks like the end of a line to a pattern (U+2028) is none to `ps`.
 */
export function parsePs(text: string): ReadonlyMap<number, PsProcess> {
  const processes = new Map<number, PsProcess>();
  for (const row of text.split('\n')) {
    const match = line.exec(row);
    if (match === null) continue;
    const [, pid, ppid, group, foreground, tty = '', state = '', lstart = '', args = ''] = match;
    if (state.startsWith('Z')) continue;
    const start = lstart.replaceAll(/\s+/g, ' ');
    processes.set(Number(pid), {
      pid: Number(pid),
      ppid: Number(ppid),
      processGroup: Number(group),
      foregroundGroup: Number(foreground),
      tty: /^\?+$/.test(tty) ? null : tty,
      start,
      startedAt: Date.parse(start),
      argv: args.trim().split(/\s+/),
    });
  }
  return processes;
}

/** Parses `lsof -Fpn`: for each process a line `p<pid>`, then a line `n<name>` for each of the wanted files. */
export function parseLsof(text: string): ReadonlyMap<number, readonly string[]> {
  const files = new Map<number, string[]>();
  let current: string[] = [];
  for (const field of text.split('\n')) {
    if (field.startsWith('p')) {
      current = [];
      files.set(Number(field.slice(1)), current);
    } else if (field.startsWith('n')) {
      current.push(unescaped(field.slice(1)));
    }
  }
  return files;
}

/**
 * Reads the escapes of lsof. Without a UTF-8 locale, as in a service, it prints each byte outside ASCII as `\xc3`. From
 * 4.95 on it doubles a `\`; Apple's 4.91 does not, so there a folder named `a\tb` is read as one with a tab.
 */
function unescaped(name: string): string {
  return name.replaceAll(/((?:\\x[0-9a-f]{2})+)|\\([bfnrt\\])/g, (_, bytes: string | undefined, letter: string) =>
    bytes === undefined
      ? (controls.get(letter) ?? letter)
      : Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
}

const controls = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
