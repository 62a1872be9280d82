import type { Entry } from '../entry.ts';
import type { Artifact, ClaudeLook, Process, Transcript } from '../observation.ts';
import type { Rung } from '../memory.ts';
import type { Identity } from '../view.ts';
import { liveOf, looksLikeClaude } from './agent-process.ts';
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
    if (younger(claim, artifact, transcripts, subject, agent, look).length === 0) {
      return { kind: 'proven', id: claim, rung, artifact: artifact !== null, said };
    }
  }
  return onlyCandidate(transcripts, subject, agent, look);
}

/** Transcripts of the folder that grow while the claimed one does not: the agent, or another one, went on there. */
function younger(
  claim: string,
  artifact: Artifact | null,
  transcripts: readonly Transcript[],
  subject: Subject,
  agent: Process,
  look: ClaudeLook,
): readonly Transcript[] {
  // Without a file the conversation has only begun: nothing can have gone on after it.
  if (artifact === null) return [];
  const held = heldIds(subject.entry);
  const growing = transcripts.filter((one) => {
    const isOwn = held.has(one.id) || (one.bornAt !== null && one.bornAt > agent.startedAt);
    return one.id !== claim && one.lastAt !== null && isOwn && one.mtime > artifact.mtime;
  });
  const taken = growing.length === 0 ? noIds : idsOfOthers(subject, agent, look);
  return growing.filter(({ id }) => !taken.has(id));
}

function onlyCandidate(
  transcripts: readonly Transcript[],
  subject: Subject,
  agent: Process,
  look: ClaudeLook,
): Identity {
  const born = transcripts.filter(({ bornAt }) => bornAt !== null && bornAt > agent.startedAt);
  // Whose else they could be is costly to ask in a large fleet, and mostly nothing was born.
  if (born.length === 0) return notProven;
  const taken = idsOfOthers(subject, agent, look);
  const held = heldIds(subject.entry);
  const candidates = born.filter(({ id }) => !held.has(id) && !taken.has(id));
  const [only] = candidates;
  if (only === undefined) return notProven;
  const ids = candidates.map(({ id }) => id).toSorted();
  if (candidates.length > 1) {
    return { kind: 'ambiguous', candidates: ids, said: `${ids.length} transcripts were born here since it started` };
  }
  if (othersIn(agent, subject, look)) {
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

const notProven: Identity = { kind: 'not-proven', said: 'no transcript is provably its own' };

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

function heldIds({ ids, lineage }: Entry): ReadonlySet<string> {
  return new Set([ids.own, ids.claude, ...lineage.map(({ id }) => id)].filter((id) => id != null));
}

const noIds: ReadonlySet<string> = new Set();

/** Conversations that another entry records or another living process runs. */
function idsOfOthers(subject: Subject, agent: Process, look: ClaudeLook): ReadonlySet<string> {
  const ofEntries = subject.peers().flatMap(({ entry }) => [...heldIds(entry)]);
  const ofProcesses = [...look.live.values()].filter(({ pid }) => pid !== agent.pid).map(({ sessionId }) => sessionId);
  return new Set([...ofEntries, ...ofProcesses]);
}

function othersIn(agent: Process, subject: Subject, look: ClaudeLook): boolean {
  const peers = subject
    .peers()
    .some(
      ({ agentProcess }) => agentProcess !== null && agentProcess.cwd === agent.cwd && looksLikeClaude(agentProcess),
    );
  return peers || [...look.live.values()].some((live) => live.pid !== agent.pid && live.cwd === agent.cwd);
}
