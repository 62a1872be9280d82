import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentAsk } from '../agent.ts';
import type { RootCleanup } from './cleanup.ts';
import { claudeRootOf, looksLikeClaude } from './claude-process.ts';
import { launchOf } from './launch.ts';
import { idKey } from '../../core/model/conversation-id.ts';
import { doubtMs, type Artifact, type ConversationEnd, type Unreadable } from '../../core/model/evidence.ts';
import type { Process, Seen } from '../../core/model/observation.ts';
import { makeLiveReader } from './live-records.ts';
import type { ClaudeLive, ClaudeObservation, Transcript } from './observation.ts';
import { makeCleanupReader, startsOf } from './settings.ts';
import { makeEndReader, type EndReader } from './conversation-end.ts';
import { anyConversation, makeFileReads, type FileReads } from '../../system/file-reads.ts';
import { ifReadable } from '../../system/if-readable.ts';
import { makeTranscriptIndex, type TranscriptIndex } from './transcript-index.ts';
import { makeTranscriptReader, type TranscriptReader } from './transcript.ts';
import { worthOfRecord } from './versions.ts';

/** The inputs of the reader of Claude's files. */
export type ClaudeAsk = Omit<AgentAsk, 'at' | 'titleOf'>;

/**
 * Makes the reader of Claude Code's files. It never reads one whole, never a `*.key`, and none that no entry or process
 * needs.
 */
export function makeClaudeReader(options: { readonly roots: readonly string[] }) {
  const indexOf = makeTranscriptIndex();
  const transcripts = makeTranscriptReader();
  const readLive = makeLiveReader();
  const readCleanup = makeCleanupReader();
  const ends = makeEndReader();
  return async (ask: ClaudeAsk): Promise<{ seen: Seen<ClaudeObservation>; bytesRead: number }> => {
    const before = transcripts.bytesRead() + ends.bytesRead();
    const running = ask.processes.filter(looksLikeClaude).map(claudeRootOf);
    const roots = rootsOf([...options.roots, ...running], ask.roots);
    const files = makeFileReads();
    const records = await readLive({ ...ask, roots, files });
    const agents = ask.processes.filter((one) => looksLikeClaude(one) || records.live.has(one.pid));
    const index = indexOf(roots, files);
    const unrecorded = agents.filter(({ pid }) => !tellsConversation(records.live.get(pid)));
    const begun = transcriptsOf(unrecorded, new Set(ask.recorded.map(idKey)), index, transcripts);
    const artifacts = artifactsOf(ask, agents, [...records.live.values()], [...begun.values()].flat(), index);
    const resumable = notRunning(ask.resumable, agents, records.live);
    const known: ClaudeObservation = {
      roots: rootsWith(readCleanup(startsOf(roots, agents, ask.folders)), files),
      ...records,
      transcripts: begun,
      artifacts,
      ends: endsOf(resumable, artifacts, index, ends),
      unreadable: files.unreadable(),
    };
    return { seen: { known }, bytesRead: transcripts.bytesRead() + ends.bytesRead() - before };
  };
}

/**
 * Returns the roots: the configured ones, that of each agent's own environment, and those of agents that have ended, if
 * they can be read.
 */
function rootsOf(present: readonly (string | null)[], former: readonly string[]): readonly string[] {
  const roots = new Set(present.filter((root) => root !== null));
  return [...roots, ...former.filter((root) => !roots.has(root) && isReadable(root))];
}

function isReadable(root: string): boolean {
  return ifReadable(() => readdirSync(join(root, 'projects'))) !== null;
}

function rootsWith(cleanups: ReadonlyMap<string, RootCleanup>, files: FileReads): ClaudeObservation['roots'] {
  const isThere = (path: string, hides: Unreadable['hides']): boolean => {
    const stat = files.stat(path, hides);
    return stat === 'unreadable' || stat?.isDirectory() === true;
  };
  return [...cleanups].map(([path, cleanup]) => ({
    path,
    exists: isThere(join(path, 'projects'), anyConversation) || isThere(path, anyConversation),
    keepsRecords: isThere(join(path, 'sessions'), { kind: 'records', pid: null }),
    ...cleanup,
  }));
}

/**
 * Finds the files of the conversations that entries record or living agents run: by their records, their arguments, and
 * in their folders.
 */
function artifactsOf(
  { ids, folders }: ClaudeAsk,
  agents: readonly Process[],
  records: readonly ClaudeLive[],
  begun: readonly Transcript[],
  index: TranscriptIndex,
): Map<string, Artifact | null> {
  const artifacts = new Map<string, Artifact | null>(
    begun.map(({ id, path, size, mtime }) => [id, { path, size, mtime }]),
  );
  const add = (id: string, cwd: string | null): void => {
    if (artifacts.has(idKey(id))) return;
    const found = index.find(id, cwd);
    if (found !== undefined) artifacts.set(idKey(id), found);
  };
  const cwds = new Map(folders.flatMap(({ cwd, ids: recorded }) => recorded.map((id) => [id, cwd] as const)));
  for (const id of ids) add(id, cwds.get(id) ?? null);
  for (const agent of agents) for (const id of launchedBy([agent])) add(id, agent.cwd);
  for (const { sessionId, cwd } of records) add(sessionId, cwd);
  return artifacts;
}

function launchedBy(agents: readonly Process[]): readonly string[] {
  return agents.flatMap((agent) => launchOf(agent).id ?? []);
}

/** Returns the conversations that no process runs: by its record or, if it has none, by its arguments. */
function notRunning(
  ids: readonly string[],
  agents: readonly Process[],
  live: ReadonlyMap<number, ClaudeLive>,
): readonly string[] {
  const launched = launchedBy(agents.filter(({ pid }) => !live.has(pid)));
  const running = new Set([...[...live.values()].map(({ sessionId }) => sessionId), ...launched].map(idKey));
  return ids.filter((id) => !running.has(idKey(id)));
}

/** Reads the ends of these conversations, and of those in which they go on; their files are found on the way. */
function endsOf(
  ids: readonly string[],
  artifacts: Map<string, Artifact | null>,
  index: TranscriptIndex,
  reader: EndReader,
): ClaudeObservation['ends'] {
  const ends = new Map<string, ConversationEnd>();
  const left = ids.map(idKey);
  for (let id = left.shift(); id !== undefined; id = left.shift()) {
    if (ends.has(id)) continue;
    const found = artifacts.has(id) ? artifacts.get(id) : index.find(id);
    if (found !== undefined) artifacts.set(id, found);
    const end = found === null || found === undefined ? null : reader.read(found.path);
    if (end === null) continue;
    ends.set(id, end);
    if (end.continuedIn !== null) left.push(idKey(end.continuedIn));
  }
  return ends;
}

/** Decides whether a record alone tells the conversation of its process: no transcript can say more. */
function tellsConversation(record: ClaudeLive | undefined): boolean {
  return record !== undefined && worthOfRecord(record.version) === 'true';
}

/**
 * Reads the transcripts of the directories in which these agents work, if they were begun since the first of the agents
 * started.
 */
function transcriptsOf(
  agents: readonly Process[],
  recorded: ReadonlySet<string>,
  index: TranscriptIndex,
  reader: TranscriptReader,
): ClaudeObservation['transcripts'] {
  const startedAt = new Map<string, number>();
  for (const { cwd, startedAt: at } of agents) {
    if (cwd !== null) startedAt.set(cwd, Math.min(at, startedAt.get(cwd) ?? Infinity));
  }
  return new Map(
    [...startedAt].flatMap(([cwd, at]) => {
      const begun = index.begunIn(cwd, { since: at - doubtMs, ids: recorded });
      if (begun === null) return [];
      return [[cwd, begun.flatMap((one) => reader.read(one)).filter((one) => one.cwd === cwd)] as const];
    }),
  );
}
