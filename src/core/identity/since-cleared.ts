import { idKey, isSameId } from '../model/conversation-id.ts';
import { recordedIds } from '../model/entry.ts';
import { doubtMs, type Artifact, type Conversation, type Holder } from '../model/evidence.ts';
import type { Identity } from '../model/view.ts';
import {
  alsoWritten,
  begunSince,
  candidate,
  idKeysOf,
  interactiveOf,
  isFolderShared,
  isTooOld,
  ofVersion,
  unrecorded,
} from './folder-conversations.ts';
import { ambiguous, notProven } from './not-proven.ts';
import type { LiveAgent } from './subject.ts';

interface Claimed {
  readonly id: string;
  /** The conversation of which it is a branch; `null`: it is none. */
  readonly parent: string | null;
  readonly artifact: Artifact | null;
  readonly record: Holder | null;
}

/**
 * Finds the conversation that `/clear` began in this process after the claimed one.
 * @returns `null`: there is none, and the claim holds
 */
export function sinceCleared(claimed: Claimed, live: LiveAgent): Identity | null {
  const { claims, entry, agent } = live;
  const ran = idKeysOf([...recordedIds(entry), claimed.id, ...(claimed.parent === null ? [] : [claimed.parent])]);
  const isKnown = ({ id }: Conversation): boolean => ran.has(idKey(id));
  const begun = possible(begunSince(live), claimed, live);
  const cleared = begun.filter((one) => one.beginning.kind === 'clear' && !isSameId(one.id, claimed.id));
  const fresh = cleared.filter((one) => !isKnown(one));
  const [only] = fresh;
  if (only === undefined) return sinceRecorded(cleared, claimed, live);

  const candidates = fresh.map(({ id }) => id).filter((id) => !claims.isTaken(id, entry, agent));
  if (candidates.length === 0) return notProven('a conversation of its folder began with /clear, by another process');
  if (fresh.length > 1)
    return ambiguous(candidates.toSorted(), `/clear began ${fresh.length} conversations in its folder`);
  if (isFolderShared(live)) return ambiguous(candidates, 'another agent works in the same folder, or did');
  const others = alsoWritten([...ran, ...fresh.map(({ id }) => id)], claimed.record, live);
  if (others.length > 0) return ambiguous(candidates, 'another agent worked in the same folder');
  const known = interactiveOf(live).filter(isKnown);
  if (isTooOld(only, live) || !wentOn(only, known, claimed)) {
    return notProven(
      'a conversation of its folder began with /clear; its next prompt will tell whether that is its own',
    );
  }
  return candidate(only, 'it began with /clear since the agent started, and no other agent could have begun it');
}

/** Returns the conversation of the agent's folder of which that one is a branch, by its own lines. */
export function parentOf(id: string, live: LiveAgent): string | null {
  const beginning = interactiveOf(live).find((one) => isSameId(one.id, id))?.beginning;
  return beginning?.kind === 'branch' ? beginning.parent : null;
}

/** Decides whether a conversation of the agent's folder is a branch of that one, or of one of its branches. */
export function descendsFrom(id: string, ancestor: string, live: LiveAgent): boolean {
  const passed = new Set<string>();
  for (let parent = parentOf(id, live); parent !== null && !passed.has(parent); parent = parentOf(parent, live)) {
    if (isSameId(parent, ancestor)) return true;
    passed.add(parent);
  }
  return false;
}

export function isBranchOf({ parent }: Pick<Claimed, 'parent'>, id: string | null): boolean {
  return parent !== null && id !== null && isSameId(parent, id);
}

/** Judges the conversation that an earlier `/clear` began and that the entry records by now; `null`: there is none. */
function sinceRecorded(cleared: readonly Conversation[], claimed: Claimed, { recorded }: LiveAgent): Identity | null {
  const current = cleared.find(({ id }) => recorded !== null && isSameId(id, recorded));
  if (current === undefined || isBranchOf(claimed, current.id)) return null;
  if ((claimed.artifact?.mtime ?? 0) > current.mtime)
    return notProven('the conversation before its last /clear goes on');
  return candidate(current, 'it began with /clear since the agent started, and no other one did since');
}

/**
 * Decides whether the agent went on in that conversation: it did something just when the conversation was written, and
 * wrote into none of its known conversations since. A record tells when the agent did something. Arguments do not: with
 * them it is enough that no known conversation is younger.
 */
function wentOn(one: Conversation, known: readonly Conversation[], { artifact, record }: Claimed): boolean {
  const lastKnown = Math.max(artifact?.mtime ?? 0, ...known.map(({ mtime }) => mtime));
  if (record === null) return lastKnown < one.mtime;
  const activeAt = record.updatedAt ?? 0;
  const isSince = activeAt > (one.bornAt ?? Number.POSITIVE_INFINITY) && activeAt > lastKnown + doubtMs;
  return isSince && Math.abs(activeAt - one.mtime) <= doubtMs;
}

/** Returns the conversations that an agent of this process's version could have written. */
function possible(all: readonly Conversation[], { record }: Claimed, live: LiveAgent): readonly Conversation[] {
  return record === null ? unrecorded(all, live) : ofVersion(all, record);
}
