import { fileOf } from '../agent/conversation-file.ts';
import { recordedIds } from '../entry.ts';
import type { Artifact, ClaudeLive, Process, Transcript } from '../observation.ts';
import type { Rung } from './rung.ts';
import type { Identity } from '../view.ts';
import { liveOf } from '../agent/claude-process.ts';
import type { Subject } from './subject.ts';
import { outranked, provenBefore } from './rank.ts';

/**
 * 1: Claude's own record of the process; 2: the id it was started with; either only while no younger transcript
 * contradicts (the record can be stale after `/clear`, arguments always are). 3: the one transcript that can be its.
 */
export function claudeIdentity(subject: Subject, agent: Process): Identity {
  const { claude } = subject.input.observation;
  if ('blind' in claude) return { kind: 'not-proven', said: `Claude's files: ${claude.blind}` };
  const look = claude.known;
  const live = liveOf(agent, subject.input.observation);
  const claim = claimOf(agent, live, provenBefore(subject, agent, 2));
  const transcripts = look.transcripts.get(agent.cwd ?? '') ?? [];
  if (claim !== null) {
    const { id, proof } = claim;
    const file = fileOf(id, look);
    const artifact = file.kind === 'there' ? file.artifact : null;
    if (younger(id, artifact, transcripts, subject, agent).length === 0) {
      return proof === null ? outranked(id) : { kind: 'proven', id, ...proof, artifact: artifact !== null };
    }
    return onlyCandidate(transcripts, subject, agent, agent.startedAt);
  }
  // Whoever wrote the id into the entry chose it among those that were there.
  const chosenAt = [subject.entry.ids.own, subject.entry.ids.claude].some((id) => id != null) ? subject.textSince : 0;
  return onlyCandidate(transcripts, subject, agent, Math.max(agent.startedAt, chosenAt));
}

/** What names its conversation. Where the record that did is gone, neither arguments nor a new transcript alone do. */
function claimOf(
  agent: Process,
  live: ClaudeLive | null,
  before: string | null,
): { readonly id: string; readonly proof: { readonly rung: Rung; readonly said: string } | null } | null {
  if (live !== null) return { id: live.sessionId, proof: { rung: 1, said: `${live.path} names it` } };
  const launched = launchedWith(agent);
  if (before !== null && before !== launched) return { id: before, proof: null };
  return launched === null ? null : { id: launched, proof: { rung: 2, said: 'it was started with that id' } };
}

/** Transcripts of the folder that grow while the claimed one does not: the agent, or another one, went on there. */
function younger(
  claim: string,
  artifact: Artifact | null,
  transcripts: readonly Transcript[],
  subject: Subject,
  agent: Process,
): readonly Transcript[] {
  // Without a file the conversation has only begun: nothing can have gone on after it.
  if (artifact === null) return [];
  const held = recordedIds(subject.entry);
  return transcripts.filter((one) => {
    const isOwn = held.has(one.id) || (one.bornAt !== null && one.bornAt > agent.startedAt);
    const grows = one.id !== claim && one.lastAt !== null && isOwn && one.mtime > artifact.mtime;
    return grows && !isTaken(one.id, subject, agent);
  });
}

function onlyCandidate(
  transcripts: readonly Transcript[],
  subject: Subject,
  agent: Process,
  /** Only what was born later counts; ms since 1970. */
  since: number,
): Identity {
  const held = recordedIds(subject.entry);
  const candidates = transcripts.filter(({ id, bornAt }) => {
    const isBornSince = bornAt !== null && bornAt > since;
    return isBornSince && !held.has(id) && !isTaken(id, subject, agent);
  });
  const [only] = candidates;
  if (only === undefined) return { kind: 'not-proven', said: 'no transcript is provably its own' };
  const ids = candidates.map(({ id }) => id).toSorted();
  if (candidates.length > 1) {
    return { kind: 'ambiguous', candidates: ids, said: `${ids.length} transcripts were born here since it started` };
  }
  if (subject.claims.sharesFolder(agent, 'claude')) {
    return { kind: 'ambiguous', candidates: ids, said: 'another live agent works in the same folder' };
  }
  return {
    kind: 'proven',
    id: only.id,
    rung: 3,
    artifact: true,
    said: 'the only transcript born here since it started',
  };
}

/** The conversation that a process was started with. */
export function launchedWith({ argv }: Process): string | null {
  for (const [index, word] of argv.entries()) {
    const value =
      /^(?:--session-id|--resume)=(.+)$/.exec(word)?.[1] ??
      (/^(--session-id|--resume|-r)$/.test(word) ? argv[index + 1] : undefined);
    if (value !== undefined && isId(value)) return value.toLowerCase();
  }
  return null;
}

export function isId(word: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(word);
}

function isTaken(id: string, { claims, entry }: Subject, agent: Process): boolean {
  return claims.isRecordedByAnother(id, entry) || claims.isRunByAnother(id, agent);
}
