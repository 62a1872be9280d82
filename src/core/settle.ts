import type { Entry } from './entry.ts';
import type { EntryMemory, LastLook } from './memory.ts';
import type { PaneTree, TmuxPane } from './observation.ts';
import type { PlanInput } from './plan.ts';
import { wholeSeconds } from './time.ts';
import type { FoundSession } from './view.ts';

/** When the entry's text was first seen as it stands. Never younger than its file: who writes it, writes the file. */
export function textSince(entry: Entry, memory: EntryMemory | null, input: PlanInput): number {
  if (memory !== null && memory.textHash === entry.textHash) return memory.textSince;
  return Math.min(input.now, input.registry.mtime ?? input.now);
}

/** When a session was created, renamed or respawned last, as far as we saw it; ms. */
export interface Youth {
  readonly at: number;
  readonly what: 'created' | 'renamed' | 'respawned';
}

export function youthOf(
  where: FoundSession,
  pane: { readonly pane: TmuxPane; readonly tree: PaneTree | null } | null,
  memory: EntryMemory | null,
  input: PlanInput,
): Youth {
  const births: Youth[] = [{ at: where.session.created, what: 'created' }];
  const renamedAt = nameSince(where, input.lastLook, input.now);
  if (renamedAt > where.session.created) births.push({ at: renamedAt, what: 'renamed' });
  if (pane !== null) births.push({ at: paneSince(where, pane, memory, input.now), what: 'respawned' });
  // A pane's process starts some ticks after the session that tmux counts in whole seconds.
  return births.reduce((latest, birth) => (birth.at > latest.at + 1000 ? birth : latest));
}

/** Since when the session has had its name. Seen for the first time, it has had it since it was created. */
export function nameSince(where: FoundSession, lastLook: LastLook, now: number): number {
  const known = lastLook.sessions[sessionKey(where)];
  if (known === undefined) return where.session.created;
  return known.name === where.session.name ? known.since : now;
}

/** Since when the pane has run the process at its root. */
export function paneSince(
  where: FoundSession,
  found: { readonly pane: TmuxPane; readonly tree: PaneTree | null },
  memory: EntryMemory | null,
  now: number,
): number {
  if (memory?.seen != null && memory.seen.panePid === found.pane.pid) return memory.seen.paneSince;
  return found.tree?.root?.startedAt ?? (memory?.seen == null ? where.session.created : now);
}

/** `<socket path>\0<server pid>\0<tmux session id>`. */
export function sessionKey(where: FoundSession): string {
  return `${where.socket}\u0000${where.server.pid}\u0000${where.session.id}`;
}

/** `<socket>\0<server pid>\0<server start>\0<session id>`: `$0` begins again with each server. */
export function incarnationOf(where: FoundSession): string {
  return [where.socket, where.server.pid, where.server.start, where.session.id].join('\u0000');
}

/** Why a decision is put off, for people. */
export function changedAgo(text: number, youth: Youth | null, now: number): string {
  if (youth === null || youth.at <= text) return `entry changed ${wholeSeconds(now - text)} ago`;
  return `session ${youth.what} ${wholeSeconds(now - youth.at)} ago`;
}
