import type { Edit } from '../model/drift.ts';
import { keyOf, type Entry } from '../model/entry.ts';
import type { TmuxPane } from '../model/observation.ts';

/** Returns the edits for the session's present pane: only the values that differ. */
export function paneEdits(entry: Entry, pane: TmuxPane): readonly Edit[] {
  const key = keyOf(entry);
  const now = { pid: pane.pid, cmd: pane.command, cwd: pane.cwd };
  const was = entry.pane;
  if (was === null) return [{ op: 'set', entry: key, path: ['pane'], from: null, to: now }];
  return (['pid', 'cmd', 'cwd'] as const)
    .filter((field) => was[field] !== now[field])
    .map((field) => ({ op: 'set', entry: key, path: ['pane', field], from: was[field], to: now[field] }));
}
