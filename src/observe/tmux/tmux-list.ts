import { withoutDeleted } from '../../system/proc-files.ts';
import type { TmuxPane, TmuxSession } from '../../core/model/observation.ts';
import { behaviourOf } from '../../core/place/tmux-versions.ts';

/**
 * Returns the formats for tmux. `mark` is a random word: it begins each row and separates the fields that may hold
 * anything, tabs and newlines too (a pane's folder, a program's name), so no folder's name can look like a row, or like
 * the end of the list. The other separator is TAB, the only one that every tmux prints raw.
 */
export function listFormats(mark: string): { readonly pane: string; readonly end: string } {
  const numbers = ['session_id', 'session_created', 'window_id', 'pane_id', 'pane_pid', 'pane_dead'];
  // A title may have a megabyte.
  const words = ['session_name', 'pane_current_command', 'pane_current_path', `=${titleLimit}:pane_title`];
  return {
    pane: [`${mark}`, ...numbers.map(field), words.map(field).join(`\t${mark}\t`)].join('\t'),
    end: [`${mark}-end`, ...['pid', 'start_time', 'version'].map(field)].join('\t'),
  };
}

const titleLimit = 300;

/** Every session of one server, at one moment. */
export interface WholeList {
  readonly serverPid: number;
  /** ms since 1970, whole seconds: two servers may share it. */
  readonly startedAt: number;
  readonly version: string;
  readonly sessions: readonly TmuxSession[];
  /** By pane pid. Programs write them as they like: an agent reads there what it does, and they go no further. */
  readonly titles: ReadonlyMap<number, string>;
}

/** Parses the list that `listFormats(mark)` printed; `null` if a row or the end mark is malformed. */
export function parseList(output: string, mark: string): WholeList | null {
  const endAt = output.lastIndexOf(`${mark}-end\t`);
  if (endAt === -1) return null;
  const end = /^\S+-end\t(\d+)\t(\d+)\t([^\t\n]+)\n$/.exec(output.slice(endAt));
  if (end === null) return null;
  const [, serverPid, startedAt, version = ''] = end;
  const rows = parseRows(asItWas(output.slice(0, endAt), version), mark);
  return rows === null ? null : { serverPid: Number(serverPid), startedAt: Number(startedAt) * 1000, version, ...rows };
}

/**
 * Takes out the `\` that tmux 3.4 puts before each `$` of a variable. The escapes of control characters stay, because
 * they look like a name with a `\` in it.
 */
function asItWas(printed: string, version: string): string {
  const escapes = behaviourOf(version).printed === 'controls and dollars escaped';
  return escapes ? printed.replaceAll(/\\(?=\$[A-Za-z_{])/g, '') : printed;
}

function parseRows(text: string, mark: string): Pick<WholeList, 'sessions' | 'titles'> | null {
  const titles = new Map<number, string>();
  if (text === '') return { sessions: [], titles };
  const begin = `${mark}\t`;
  if (!text.startsWith(begin) || !text.endsWith('\n')) return null;
  const sessions = new Map<string, TmuxSession & { readonly panes: TmuxPane[] }>();
  for (const row of text.slice(begin.length, -1).split(`\n${begin}`)) {
    const parsed = parseRow(row, mark);
    if (parsed === null) return null;
    const { pane, title, ...session } = parsed;
    if (pane.pid !== null) titles.set(pane.pid, title);
    const known = sessions.get(session.id);
    if (known === undefined) sessions.set(session.id, { ...session, panes: [pane] });
    else known.panes.push(pane);
  }
  return { sessions: [...sessions.values()], titles };
}

function parseRow(row: string, mark: string) {
  const [head = '', command, cwd, title, ...more] = row.split(`\t${mark}\t`);
  const fields = /^(\$\d+)\t(\d+)\t(@\d+)\t(%\d+)\t(\d{0,10})\t([01])\t([^]*)$/.exec(head);
  if (fields === null || command === undefined || cwd === undefined || title === undefined || more.length > 0)
    return null;
  const [, id = '', created, windowId = '', paneId = '', pid, dead, name = ''] = fields;
  const facts = { id: paneId, windowId, command, cwd: withoutDeleted(cwd) };
  return { id, name, created: Number(created) * 1000, pane: paneWith(facts, Number(pid), dead === '1'), title };
}

/** Returns a pane. One without a process is dead: from 3.7 on tmux does not call a pane that never had one so. */
function paneWith(facts: Omit<TmuxPane, 'pid' | 'dead'>, pid: number, dead: boolean): TmuxPane {
  if (pid === 0) return { ...facts, pid: null, dead: true };
  return dead ? { ...facts, pid, dead: true } : { ...facts, pid, dead: false };
}

function field(name: string): string {
  return `#{${name}}`;
}
