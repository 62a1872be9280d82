import { idKey, isSameId } from '../model/conversation-id.ts';
import { recordedIds } from '../model/entry.ts';
import { doubtMs, type Conversation, type Holder } from '../model/evidence.ts';
import type { Identity } from '../model/view.ts';
import type { LiveAgent } from './subject.ts';

/**
 * Decides whether agents of that process's folder keep live records. An agent without a record then has no conversation
 * yet.
 */
export function recordsExpected(live: LiveAgent): boolean {
  const root = rootOf(live);
  return live.evidence.folders.some(({ path, keepsRecords }) => keepsRecords && (root === null || path === root));
}

/** Returns the conversations of the agent's working directory that were begun since it started. */
export function begunSince(live: LiveAgent): readonly Conversation[] {
  return interactiveOf(live).filter(({ bornAt }) => bornAt !== null && bornAt > live.agent.startedAt - doubtMs);
}

/** Returns the conversations of the agent's working directory, in its own folder, that an agent at a terminal began. */
export function interactiveOf(live: LiveAgent): readonly Conversation[] {
  const root = rootOf(live);
  const all = live.evidence.conversations?.get(live.agent.cwd ?? '') ?? [];
  return all.filter((one) => one.root === root && one.isInteractive);
}

/**
 * Returns the other conversations that were written in its folder since it started, and that its entry does not record:
 * by another agent, or by itself after a `/resume`. Without a record one may be a conversation that a newer version
 * began.
 */
export function alsoWritten(
  except: readonly string[],
  record: Holder | null,
  live: LiveAgent,
): readonly Conversation[] {
  const known = idKeysOf([...recordedIds(live.entry), ...except]);
  const all = interactiveOf(live);
  return (record === null ? all : ofVersion(all, record)).filter(
    (one) => one.mtime > live.agent.startedAt - doubtMs && !known.has(idKey(one.id)),
  );
}

/** Returns the conversations that an agent of the record's version could have written. */
export function ofVersion(all: readonly Conversation[], record: Holder): readonly Conversation[] {
  return all.filter(({ version }) => version === null || version === record.version);
}

/** Returns the conversations of an agent that keeps no live record: had the agent kept one, it would be there. */
export function unrecorded(all: readonly Conversation[], live: LiveAgent): readonly Conversation[] {
  const expected = recordsExpected(live);
  return all.filter(({ hasRecordedWriter }) => !expected || !hasRecordedWriter);
}

/**
 * Decides whether another agent works in its folder, or was seen to while this one ran: it may have begun a
 * conversation and have ended.
 */
export function isFolderShared({ claims, memory, entry, agent, kind }: LiveAgent): boolean {
  const before = memory?.agent ?? null;
  const wasShared = before?.pid === agent.pid && before.start === agent.start && before.sharedFolder === true;
  return wasShared || claims.sharesFolder(agent, kind) || claims.mayHaveSharedFolder(agent, entry);
}

/**
 * Decides whether a conversation was begun before the agent started, or before the user wrote the recorded id: the user
 * knew of it then, and chose another.
 */
export function isTooOld({ bornAt }: Conversation, { recorded, textSince, agent }: LiveAgent): boolean {
  const chosenAt = recorded === null ? 0 : textSince;
  return bornAt === null || bornAt <= Math.max(agent.startedAt + doubtMs, chosenAt);
}

/** Decides whether its first lines say that it goes on from the recorded conversation. */
export function isContinuation({ beginning }: Conversation, { recorded }: LiveAgent): boolean {
  if (beginning.kind === 'branch') return recorded !== null && isSameId(beginning.parent, recorded);
  return beginning.kind === 'clear';
}

export function candidate({ id }: Conversation, said: string): Identity {
  return { kind: 'proven', id, proof: 'only-candidate', artifact: true, said };
}

export function idKeysOf(ids: Iterable<string>): ReadonlySet<string> {
  return new Set([...ids].map(idKey));
}

function rootOf({ launch, evidence: { folders } }: LiveAgent): string | null {
  // With an unreadable environment the folder is known only if there is just one.
  return launch.root ?? (folders.length === 1 ? (folders[0]?.path ?? null) : null);
}
