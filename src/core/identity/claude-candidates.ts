import { claudeRootOf } from '../agent/claude-process.ts';
import { keepsRecord } from '../agent/claude-versions.ts';
import { idKey, isSameId } from '../model/conversation-id.ts';
import { recordedIds } from '../model/entry.ts';
import type { Artifact, ClaudeLive, ClaudeLook, Process, Transcript } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import { againstRecorded, notProven, outranked } from './not-proven.ts';
import type { Subject } from './subject.ts';

/** A process's start is known to the second against the clock of the transcripts; ms. */
const doubtMs = 1000;

/** Does a Claude of that process's config root keep live records? One without a record then has no conversation yet. */
export function recordsExpected(agent: Process, look: ClaudeLook): boolean {
  const root = rootOf(agent, look);
  return look.roots.some(({ path, keepsRecords }) => keepsRecords && (root === null || path === root));
}

/**
 * The only conversation that an interactive Claude began in the agent's folder since the agent started, where no live
 * record can be expected of the agent.
 */
export function onlyCandidate(subject: Subject, agent: Process, look: ClaudeLook): Identity {
  const { claims, entry } = subject;
  const held = idKeysOf(recordedIds(entry));
  const pool = unrecorded(begunSince(agent, look), agent, look).filter(({ id }) => !held.has(idKey(id)));
  const candidates = pool.filter(({ id }) => !claims.isTaken(id, entry, agent));
  const [only] = candidates;
  if (only === undefined) {
    const waits = recordsExpected(agent, look) && pool.length === 0;
    return notProven(
      waits ? 'it has no live record: it runs no conversation of its own yet' : 'no conversation is provably its own',
    );
  }
  const ids = candidates.map(({ id }) => id).toSorted();
  if (pool.length > 1) return ambiguous(ids, `${pool.length} conversations were begun in its folder since it started`);
  if (sharedFolder(subject, agent)) return ambiguous(ids, 'another agent works in the same folder, or did');
  if (isTooOld(only, subject, agent)) return notProven('the conversation of its folder may have been begun before');
  const said = 'the only conversation begun in its folder since it started';
  const isOnly = isContinuation(only, subject) && alsoWritten([only.id], null, subject, agent, look).length === 0;
  const weaker = isOnly ? null : againstRecorded(subject, only.id, said);
  return outranked(subject, agent, only.id) ?? weaker ?? candidate(only, said);
}

interface Claimed {
  readonly id: string;
  /** The conversation of which it is a branch; `null`: of none. */
  readonly parent: string | null;
  readonly artifact: Artifact | null;
  readonly record: ClaudeLive | null;
}

/**
 * The conversation that `/clear` began in this process, which the claimed one does not know of.
 * @returns `null`: there is none, the claim stands
 */
export function sinceCleared(claimed: Claimed, subject: Subject, agent: Process, look: ClaudeLook): Identity | null {
  const { claims, entry } = subject;
  const ran = idKeysOf([...recordedIds(entry), claimed.id, ...(claimed.parent === null ? [] : [claimed.parent])]);
  const isKnown = ({ id }: Transcript): boolean => ran.has(idKey(id));
  const begun = possible(begunSince(agent, look), claimed, agent, look);
  const cleared = begun.filter((one) => one.beginning.kind === 'clear' && !isSameId(one.id, claimed.id));
  const fresh = cleared.filter((one) => !isKnown(one));
  const [only] = fresh;
  if (only === undefined) return sinceRecorded(cleared, claimed, subject);

  const candidates = fresh.map(({ id }) => id).filter((id) => !claims.isTaken(id, entry, agent));
  if (candidates.length === 0) return notProven('a conversation of its folder began with /clear, by another process');
  if (fresh.length > 1)
    return ambiguous(candidates.toSorted(), `/clear began ${fresh.length} conversations in its folder`);
  if (sharedFolder(subject, agent)) return ambiguous(candidates, 'another agent works in the same folder, or did');
  const others = alsoWritten([...ran, ...fresh.map(({ id }) => id)], claimed.record, subject, agent, look);
  if (others.length > 0) return ambiguous(candidates, 'another agent worked in the same folder');
  const known = interactiveOf(agent, look).filter(isKnown);
  if (isTooOld(only, subject, agent) || !wentOn(only, known, claimed)) {
    return notProven(
      'a conversation of its folder began with /clear; its next prompt will tell whether that is its own',
    );
  }
  return candidate(only, 'it began with /clear since the agent started, and no other agent could have begun it');
}

/** Which conversation of the agent's folder is that one a branch of, by its own lines? */
export function parentOf(id: string, agent: Process, look: ClaudeLook): string | null {
  const beginning = interactiveOf(agent, look).find((one) => isSameId(one.id, id))?.beginning;
  return beginning?.kind === 'branch' ? beginning.parent : null;
}

export function isBranchOf({ parent }: Pick<Claimed, 'parent'>, id: string | null): boolean {
  return parent !== null && id !== null && isSameId(parent, id);
}

/** Judges the conversation that an earlier `/clear` began and that the entry records by now; `null`: there is none. */
function sinceRecorded(cleared: readonly Transcript[], claimed: Claimed, { recorded }: Subject): Identity | null {
  const current = cleared.find(({ id }) => recorded !== null && isSameId(id, recorded));
  if (current === undefined || isBranchOf(claimed, current.id)) return null;
  if ((claimed.artifact?.mtime ?? 0) > current.mtime)
    return notProven('the conversation before its last /clear goes on');
  return candidate(current, 'it began with /clear since the agent started, and no other one did since');
}

/**
 * Decides whether the agent went on in that conversation: it did something just when the conversation was written, and
 * wrote into none of those that it is known to have run. A record tells when the agent did something. Arguments do not:
 * with them it must do that no known conversation is younger.
 */
function wentOn(one: Transcript, known: readonly Transcript[], { artifact, record }: Claimed): boolean {
  const lastKnown = Math.max(artifact?.mtime ?? 0, ...known.map(({ mtime }) => mtime));
  if (record === null) return lastKnown < one.mtime;
  const activeAt = record.updatedAt ?? 0;
  const isSince = activeAt > (one.bornAt ?? Number.POSITIVE_INFINITY) && activeAt > lastKnown + doubtMs;
  return isSince && Math.abs(activeAt - one.mtime) <= doubtMs;
}

/**
 * What else was written in its folder since it started, and is not recorded by its entry: by another agent, or by itself
 * after a `/resume`. Without a record that may be a conversation that a newer version began.
 */
function alsoWritten(
  except: readonly string[],
  record: ClaudeLive | null,
  { entry }: Subject,
  agent: Process,
  look: ClaudeLook,
): readonly Transcript[] {
  const known = idKeysOf(new Set([...recordedIds(entry), ...except]));
  const all = interactiveOf(agent, look);
  return (record === null ? all : ofVersion(all, record)).filter(
    (one) => one.mtime > agent.startedAt - doubtMs && !known.has(idKey(one.id)),
  );
}

/** Returns the transcripts that a Claude of this process's version could have written. */
function possible(
  all: readonly Transcript[],
  { record }: Claimed,
  agent: Process,
  look: ClaudeLook,
): readonly Transcript[] {
  if (record === null) return unrecorded(all, agent, look);
  return ofVersion(all, record);
}

function ofVersion(all: readonly Transcript[], record: ClaudeLive): readonly Transcript[] {
  return all.filter(({ version }) => version === null || version === record.version);
}

/** Returns the transcripts of a Claude that keeps no live record: had the agent kept one, it would be there. */
function unrecorded(all: readonly Transcript[], agent: Process, look: ClaudeLook): readonly Transcript[] {
  const expected = recordsExpected(agent, look);
  return all.filter(({ version }) => !expected || !keepsRecord(version));
}

function begunSince(agent: Process, look: ClaudeLook): readonly Transcript[] {
  return interactiveOf(agent, look).filter(({ bornAt }) => bornAt !== null && bornAt > agent.startedAt - doubtMs);
}

/** The conversations of the agent's folder, in its own config root, that a Claude at a terminal began. */
function interactiveOf(agent: Process, look: ClaudeLook): readonly Transcript[] {
  const root = rootOf(agent, look);
  return (look.transcripts.get(agent.cwd ?? '') ?? []).filter(
    (one) => one.root === root && !one.isBackground && (one.entrypoint === null || one.entrypoint === 'cli'),
  );
}

function rootOf(agent: Process, { roots }: ClaudeLook): string | null {
  // An environment that may not be read leaves it open only where there are several.
  return claudeRootOf(agent) ?? (roots.length === 1 ? (roots[0]?.path ?? null) : null);
}

/** Another agent works in its folder, or was seen to while this one ran: it may have begun a conversation and be gone. */
function sharedFolder({ claims, memory, entry }: Subject, agent: Process): boolean {
  const before = memory?.agent ?? null;
  const wasShared = before?.pid === agent.pid && before.start === agent.start && before.sharedFolder === true;
  return wasShared || claims.sharesFolder(agent, 'claude') || claims.sharedFolder(agent, entry);
}

/**
 * Decides whether a conversation was begun before the agent started, or before the user wrote the recorded id: the user
 * knew of it then, and chose another.
 */
function isTooOld({ bornAt }: Transcript, { recorded, textSince }: Subject, agent: Process): boolean {
  const chosenAt = recorded === null ? 0 : textSince;
  return bornAt === null || bornAt <= Math.max(agent.startedAt + doubtMs, chosenAt);
}

/** Decides whether its first lines say that it goes on from the recorded conversation. */
function isContinuation({ beginning }: Transcript, { recorded }: Subject): boolean {
  if (beginning.kind === 'branch') return recorded !== null && isSameId(beginning.parent, recorded);
  return beginning.kind === 'clear';
}

function candidate({ id }: Transcript, said: string): Identity {
  return { kind: 'proven', id, proof: 'only-candidate', artifact: true, said };
}

function ambiguous(candidates: readonly string[], said: string): Identity {
  return { kind: 'ambiguous', candidates, said };
}

function idKeysOf(ids: Iterable<string>): ReadonlySet<string> {
  return new Set([...ids].map(idKey));
}
