import { join } from 'node:path';
import type { Cleanup } from '../core/agent/claude-cleanup.ts';
import { claudeRootOf, looksLikeClaude } from '../core/agent/claude-process.ts';
import { launchedWith } from '../core/identity/claude.ts';
import type { ClaudeFolder } from '../core/need.ts';
import type { Artifact, ClaudeLook, Process, Seen, Transcript } from '../core/observation.ts';
import { namesIn, statOf } from './absent-or-blind.ts';
import { makeLiveReader, type LiveAsk } from './claude-live.ts';
import { makeCleanupReader, startsOf } from './claude-settings.ts';
import { encodedFolder, longestFolder } from './project-folder.ts';
import { makeTranscriptReader, type TranscriptReader } from './transcript.ts';

export interface AgentAsk {
  /** Conversations whose file must be found. */
  readonly ids: readonly string[];
  /** Every process of the panes that were looked at. */
  readonly processes: readonly Process[];
}

/** Reads Claude Code's files: never whole, never a `*.key`, and nothing that no entry or process asks for. */
export interface ClaudeAsk extends AgentAsk, Pick<LiveAsk, 'startOf'> {
  /** Folders of agents that were seen before. */
  readonly roots: readonly string[];
  /** Where a Claude of an entry was started; default: none. */
  readonly folders?: readonly ClaudeFolder[];
}

export function makeClaudeReader(options: { readonly roots: readonly string[] }) {
  const places = new Map<string, string>();
  const transcripts = makeTranscriptReader();
  const readLive = makeLiveReader();
  const readCleanup = makeCleanupReader();
  return async (ask: ClaudeAsk): Promise<{ seen: Seen<ClaudeLook>; bytesRead: number }> => {
    const before = transcripts.bytesRead();
    const running = ask.processes.filter(looksLikeClaude).map(claudeRootOf);
    const roots = rootsOf([...options.roots, ...running], ask.roots);
    try {
      const records = await readLive({ ...ask, roots });
      const agents = ask.processes.filter((one) => looksLikeClaude(one) || records.live.has(one.pid));
      const known: ClaudeLook = {
        roots: rootsWith(readCleanup(startsOf(roots, agents, ask.folders ?? []))),
        ...records,
        artifacts: new Map(ask.ids.map((id) => [id, findArtifact(id, roots, places)] as const)),
        transcripts: new Map(foldersOf(agents).map((cwd) => [cwd, transcriptsOf(cwd, roots, transcripts)] as const)),
        ends: new Map(),
        unreadable: [],
      };
      const launched = agents.flatMap((agent) => launchedWith(agent) ?? []);
      const whole = withArtifactsOf(launched, known, roots, places);
      return { seen: { known: whole }, bytesRead: transcripts.bytesRead() - before };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return {
        seen: { blind: reason, cure: "make Claude's folder readable, or name it in claude.roots" },
        bytesRead: 0,
      };
    }
  };
}

/** The configured ones, that of each agent's own environment, and those of agents that have ended, if they can be read. */
function rootsOf(present: readonly (string | null)[], former: readonly string[]): readonly string[] {
  const roots = new Set(present.filter((root) => root !== null));
  return [...roots, ...former.filter((root) => !roots.has(root) && isReadable(root))];
}

function isReadable(root: string): boolean {
  try {
    return namesIn(join(root, 'projects')) !== null;
  } catch {
    return false;
  }
}

function rootsWith(cleanups: ReadonlyMap<string, Cleanup>): ClaudeLook['roots'] {
  return [...cleanups].map(([path, cleanup]) => {
    const exists = namesIn(join(path, 'projects')) !== null || namesIn(path) !== null;
    return { path, exists, keepsRecords: namesIn(join(path, 'sessions')) !== null, ...cleanup };
  });
}

/** By its id in any project folder: the encoding of folder names is lossy, and files move. */
function findArtifact(id: string, roots: readonly string[], places: Map<string, string>): Artifact | null {
  const known = places.get(id);
  const there = known === undefined ? null : artifactAt(known);
  if (there !== null) return there;
  if (id.includes('/')) return null;
  for (const root of roots) {
    for (const folder of namesIn(join(root, 'projects')) ?? []) {
      const path = join(root, 'projects', folder, `${id}.jsonl`);
      const artifact = artifactAt(path);
      if (artifact === null) continue;
      places.set(id, path);
      return artifact;
    }
  }
  return null;
}

/** The files of what the living run too: by their records, by their arguments, and in their folders. */
function withArtifactsOf(
  launched: readonly string[],
  look: ClaudeLook,
  roots: readonly string[],
  places: Map<string, string>,
): ClaudeLook {
  const artifacts = new Map(look.artifacts);
  const ids = [
    ...launched,
    ...[...look.live.values()].map(({ sessionId }) => sessionId),
    ...[...look.transcripts.values()].flat().map(({ id }) => id),
  ];
  for (const id of ids) if (!artifacts.has(id)) artifacts.set(id, findArtifact(id, roots, places));
  return { ...look, artifacts };
}

function artifactAt(path: string): Artifact | null {
  const stat = statOf(path);
  return stat === null ? null : { path, size: stat.size, mtime: stat.mtimeMs };
}

function foldersOf(agents: readonly Process[]): readonly string[] {
  return [...new Set(agents.flatMap(({ cwd }) => (cwd === null ? [] : [cwd])))];
}

/** The transcripts that name this working directory inside; its encoded folder is where they begin. */
function transcriptsOf(cwd: string, roots: readonly string[], reader: TranscriptReader): readonly Transcript[] {
  const encoded = encodedFolder(cwd);
  return roots.flatMap((root) => {
    const projects = join(root, 'projects');
    const folders =
      encoded.length < longestFolder ? [encoded] : (namesIn(projects) ?? []).filter((name) => name.startsWith(encoded));
    return folders.flatMap((folder) => {
      const files = (namesIn(join(projects, folder)) ?? []).filter((name) => /^[0-9a-f-]{36}\.jsonl$/i.test(name));
      return files.flatMap((name) => reader.read(join(projects, folder, name), root)).filter((one) => one.cwd === cwd);
    });
  });
}
