import type { TmuxPane, TmuxSession } from '../core/observation.ts';

/** TAB is the only separator that every tmux prints raw; the path stands last because it may hold one. */
export const paneFormat = [
  '#{session_id}',
  '#{session_created}',
  '#{window_id}',
  '#{pane_id}',
  '#{pane_pid}',
  '#{pane_dead}',
  '#{session_name}',
  '#{pane_current_command}',
  '#{pane_current_path}',
].join('\t');

/** Printed after the list: without it the list is not whole, and nothing may be concluded. */
export const endFormat = ['END', '#{pid}', '#{start_time}', '#{version}'].join('\t');

export interface WholeList {
  readonly serverPid: number;
  /** ms since 1970, whole seconds: two servers may share it. */
  readonly startedAt: number;
  readonly version: string;
  readonly sessions: readonly TmuxSession[];
}

/** The list that `paneFormat` and `endFormat` printed; `null` if a row or the end mark is not as it must be. */
export function parseList(output: string): WholeList | null {
  const at = output.lastIndexOf('END\t');
  if (at === -1 || (at > 0 && output[at - 1] !== '\n')) return null;
  const end = /^END\t(\d+)\t(\d+)\t([^\t\n]*)\n?$/.exec(output.slice(at));
  if (end === null) return null;
  const sessions = parseSessions(output.slice(0, at));
  if (sessions === null) return null;
  return { serverPid: Number(end[1]), startedAt: Number(end[2]) * 1000, version: end[3] ?? '', sessions };
}

function parseSessions(rows: string): TmuxSession[] | null {
  const sessions = new Map<string, { id: string; name: string; created: number; panes: TmuxPane[] }>();
  if (rows === '') return [];
  // A path may hold a newline: a row begins where a line begins with a session id.
  for (const row of rows.replace(/\n$/, '').split(/\n(?=\$\d+\t)/)) {
    const fields = row.split('\t');
    const [id, created, windowId, paneId, pid, dead, name, command, ...path] = fields;
    if (id === undefined || !/^\$\d+$/.test(id) || path.length === 0 || !/^%\d+$/.test(paneId ?? '')) return null;
    if (!/^\d+$/.test(created ?? '') || !/^\d+$/.test(pid ?? '') || name === undefined) return null;
    const session = sessions.get(id) ?? { id, name, created: Number(created) * 1000, panes: [] };
    sessions.set(id, session);
    session.panes.push({
      id: paneId ?? '',
      windowId: windowId ?? '',
      pid: Number(pid),
      dead: dead === '1',
      command: command ?? '',
      cwd: path.join('\t'),
    });
  }
  return [...sessions.values()];
}
