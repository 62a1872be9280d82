import type { Incarnation } from '../model/branded.ts';
import type { Entry } from '../model/entry.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { PaneTree, TmuxPane } from '../model/observation.ts';
import type { PlanInput } from '../model/plan.ts';
import { wholeSeconds } from '../words/time.ts';
import type { FoundSession } from '../model/view.ts';

/**
 * Returns when the entry's present text was first seen. It is never younger than its file: an edit of the entry is an
 * edit of the file.
 */
export function textSince(entry: Entry, memory: EntryMemory | null, input: PlanInput): number {
  if (memory !== null && memory.textHash === entry.textHash) return notAhead(memory.textSince, input);
  return notAhead(input.registry.mtime ?? input.now, input);
}

/** When a session was created, renamed or respawned last, as far as it was seen; ms. */
export interface LastChange {
  readonly at: number;
  readonly what: 'created' | 'renamed' | 'respawned';
}

export function lastChangeOf(
  where: FoundSession,
  pane: { readonly pane: TmuxPane; readonly tree: PaneTree | null } | null,
  memory: EntryMemory | null,
  input: PlanInput,
): LastChange {
  const born = bornAt(where, input);
  const births: LastChange[] = [{ at: born, what: 'created' }];
  const renamedAt = nameSince(where, input);
  if (renamedAt > born) births.push({ at: renamedAt, what: 'renamed' });
  if (pane !== null) births.push({ at: paneSince(where, pane, memory, input), what: 'respawned' });
  // A pane's process starts some ticks after the session that tmux counts in whole seconds.
  return births.reduce((latest, birth) => (birth.at > latest.at + 1000 ? birth : latest));
}

/**
 * Returns when a session was made. tmux tells it by the clock of that moment, which may have been ahead; the kernel
 * counts the age of the processes in its panes, and no session is younger than they are.
 */
export function bornAt(where: FoundSession, input: PlanInput): number {
  const { created, panes } = where.session;
  const starts = panes.flatMap(({ pid, dead }) => {
    const tree = dead ? undefined : input.observation.panes.get(pid);
    return tree !== undefined && 'known' in tree && tree.known.root !== null ? [tree.known.root.startedAt] : [];
  });
  const oldest = Math.min(...starts);
  if (oldest < created - clockDoubtMs) return wholeSecond(oldest);
  return created <= input.now ? created : notAhead(knownSince(where, input) ?? created, input);
}

/** Two clocks that differ by less count as equal: the kernel tells its boot time in whole seconds; ms. */
const clockDoubtMs = 3_000;

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/**
 * Returns since when the session has had its name; at its first sighting, since it was created. A new name counts from
 * the beginning of the pass that sees it, so that this pass can wait for it.
 */
export function nameSince(where: FoundSession, input: PlanInput): number {
  const known = input.formerMemory.sessions[sessionKey(where)];
  if (known === undefined) return bornAt(where, input);
  return known.name === where.session.name ? notAhead(known.since, input) : beginning(input);
}

function knownSince(where: FoundSession, { formerMemory }: PlanInput): number | null {
  return formerMemory.sessions[sessionKey(where)]?.since ?? null;
}

/**
 * Decides whether the pane still has the process that the last pass saw in it. From 3.8 on tmux tells no pid of a dead
 * pane: then its id counts, within one server.
 */
export function isPaneAsSeen(where: FoundSession, pane: TmuxPane, memory: EntryMemory | null): boolean {
  const seen = memory?.seen ?? null;
  if (seen === null) return false;
  if (pane.pid !== null) return seen.panePid === pane.pid;
  return seen.paneId === pane.id && seen.serverPid === where.server.pid && seen.serverStart === where.server.start;
}

/** Returns since when the pane has run the process at its root. */
export function paneSince(
  where: FoundSession,
  found: { readonly pane: TmuxPane; readonly tree: PaneTree | null },
  memory: EntryMemory | null,
  input: PlanInput,
): number {
  if (memory?.seen != null && isPaneAsSeen(where, found.pane, memory)) return notAhead(memory.seen.paneSince, input);
  const startedAt = found.tree?.root?.startedAt;
  if (startedAt !== undefined) return notAhead(startedAt, input);
  return memory?.seen == null ? bornAt(where, input) : beginning(input);
}

/**
 * Caps a time at the beginning of this pass. A time ahead was written by another clock, so it counts as now, and
 * nothing waits longer than for a change made now.
 */
function notAhead(at: number, input: PlanInput): number {
  return at > input.now ? beginning(input) : at;
}

/** Returns when this pass began; a clock that was set back since does not put that ahead. */
function beginning({ began, now }: PlanInput): number {
  return Math.min(began, now);
}

/** Returns `<socket path>\0<server pid>\0<tmux session id>`. */
export function sessionKey(where: FoundSession): string {
  return `${where.socket}\u0000${where.server.pid}\u0000${where.session.id}`;
}

export function incarnationOf({ socket, server, session }: FoundSession): Incarnation {
  return rememberedIncarnation({ socket, serverPid: server.pid, serverStart: server.start, sessionId: session.id });
}

type Seen = Pick<NonNullable<EntryMemory['seen']>, 'socket' | 'serverPid' | 'serverStart' | 'sessionId'>;

export function rememberedIncarnation({ socket, serverPid, serverStart, sessionId }: Seen): Incarnation {
  return [socket, serverPid, serverStart, sessionId].join('\u0000') as Incarnation;
}

/** Says why a decision is put off, for people. */
export function changedAgo(text: number, change: LastChange | null, now: number): string {
  if (change === null || change.at <= text) return `entry changed ${wholeSeconds(now - text)} ago`;
  return `session ${change.what} ${wholeSeconds(now - change.at)} ago`;
}
