import type { EntryId } from '../model/branded.ts';
import type { StateLine } from '../model/state.ts';

type StateOf = Extract<StateLine, { kind: 'state' }>;

/** How long each agent has been seen to work since it last idled; times are ms since 1970. */
export type Works = Map<EntryId, { readonly workedMs: number; readonly since: number | null }>;

/** An agent that worked and now idles. */
export interface Finished {
  readonly line: StateOf;
  readonly workedMs: number;
}

/**
 * Adds one more line, and returns the work that it ends. Only watched time counts. A wait in between belongs to the work;
 * an agent that exits, or whose session is gone, has not finished it.
 * @param from time before that does not count
 */
export function addWork(works: Works, line: StateLine, from = -Infinity): Finished | null {
  const at = Math.max(line.at, from);
  switch (line.kind) {
    case 'watch-began':
      return null;
    case 'watch-ended':
      for (const entry of works.keys()) works.set(entry, { workedMs: workedUntil(works, entry, at), since: null });
      return null;
    case 'removed':
      works.delete(line.entry);
      return null;
    case 'state': {
      const { entry, state } = line;
      const workedMs = workedUntil(works, entry, at);
      if (state.liveness !== 'gone' && state.activity !== 'exited' && state.activity !== 'idle') {
        works.set(entry, { workedMs, since: state.activity === 'working' ? at : null });
        return null;
      }
      works.delete(entry);
      return state.activity === 'idle' && workedMs > 0 ? { line, workedMs } : null;
    }
  }
}

/** Returns how long an agent has worked by then since it last idled; ms. */
export function workedUntil(works: Works, entry: EntryId, at: number): number {
  const { workedMs = 0, since = null } = works.get(entry) ?? {};
  return workedMs + (since === null ? 0 : Math.max(0, at - since));
}
