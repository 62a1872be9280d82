import { recordedIds } from '../entry.ts';
import type { Artifact, Process, Transcript } from '../observation.ts';
import type { Rung } from '../memory.ts';
import type { Identity } from '../view.ts';
import { liveOf } from './agent-process.ts';
import type { Subject } from './index.ts';

/**
 * 1: Claude's own record of the process; 2: the id it was started with; either only while no younger transcript
 * contradicts (the record can be stale after `/clear`, arguments always are). 3: the one transcript that can be its.
 */
export function claudeIdentity(subject: Subject, agent: Process): Identity {
  const { claude } = subject.input.observation;
  if ('blind' in claude) return { kind: 'not-proven', said: `Claude's files: ${claude.blind}` };
  const look = claude.known;
  const live = liveOf(agent, subject.input.observation);
  const launched = launchId(agent.argv);
  const claim = live === null ? launched : live.sessionId;
  const rung: Rung = live === null ? 2 : 1;
  const said = live === null ? 'it was started with that id' : `${live.path} names it`;
  const transcripts = look.transcripts.get(agent.cwd ?? '') ?? [];
  if (claim !== null) {
    const artifact = look.artifacts.get(claim) ?? transcripts.find(({ id }) => id === claim) ?? null;
    if (younger(claim, artifact, transcripts, subject, agent).length === 0) {
      return { kind: 'proven', id: claim, rung, artifact: artifact !== null, said };
    }
  }
  return onlyCandidate(transcripts, subject, agent);
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

function onlyCandidate(transcripts: readonly Transcript[], subject: Subject, agent: Process): Identity {
  const held = recordedIds(subject.entry);
  const candidates = transcripts.filter(({ id, bornAt }) => {
    const isBornSince = bornAt !== null && bornAt > agent.startedAt;
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

function launchId(argv: readonly string[]): string | null {
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
