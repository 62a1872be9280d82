import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { looksLikeClaude } from '../core/identity/agent-process.ts';
import type { Artifact, ClaudeLive, ClaudeLook, Process, Seen, Transcript } from '../core/observation.ts';
import { namesIn, statOf } from './agent-files.ts';
import { encodedFolder, longestFolder } from './project-folder.ts';
import { makeTranscriptReader, type TranscriptReader } from './transcript.ts';

export interface AgentAsk {
  /** Conversations whose file must be found. */
  readonly ids: readonly string[];
  /** Every process of the panes that were looked at. */
  readonly processes: readonly Process[];
}

/** Claude's default for `cleanupPeriodDays`; days. */
const usualCleanupDays = 30;

/** Reads Claude Code's files: never whole, never a `*.key`, and nothing that no entry or process asks for. */
export function makeClaudeReader(options: { readonly roots: readonly string[] }) {
  const places = new Map<string, string>();
  const transcripts = makeTranscriptReader();
  return async (ask: AgentAsk): Promise<{ seen: Seen<ClaudeLook>; bytesRead: number }> => {
    const agents = ask.processes.filter(looksLikeClaude);
    const before = transcripts.bytesRead();
    const roots = rootsOf(options.roots, agents);
    try {
      const known: ClaudeLook = {
        roots: roots.map(readRoot),
        live: new Map(readAllLive(agents, roots)),
        artifacts: new Map(ask.ids.map((id) => [id, findArtifact(id, roots, places)] as const)),
        transcripts: new Map(foldersOf(agents).map((cwd) => [cwd, transcriptsOf(cwd, roots, transcripts)] as const)),
      };
      return { seen: { known: withLiveArtifacts(known, roots, places) }, bytesRead: transcripts.bytesRead() - before };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return {
        seen: { blind: reason, cure: "make Claude's folder readable, or name it in claude.roots" },
        bytesRead: 0,
      };
    }
  };
}

/** The configured roots, and that of each agent's own environment. */
function rootsOf(configured: readonly string[], agents: readonly Process[]): readonly string[] {
  const own = agents.map(
    ({ claudeConfigDir, home }) => claudeConfigDir ?? (home === null ? null : join(home, '.claude')),
  );
  return [...new Set([...configured, ...own.filter((root) => root !== null)])];
}

function readRoot(path: string): ClaudeLook['roots'][number] {
  const exists = namesIn(join(path, 'projects')) !== null || namesIn(path) !== null;
  let cleanupDays = usualCleanupDays;
  try {
    const settings: unknown = JSON.parse(readFileSync(join(path, 'settings.json'), 'utf8'));
    const days =
      typeof settings === 'object' && settings !== null && 'cleanupPeriodDays' in settings
        ? settings.cleanupPeriodDays
        : null;
    if (typeof days === 'number' && days >= 1) cleanupDays = days;
  } catch {
    // No settings, or half written ones: Claude's default.
  }
  return { path, exists, cleanupDays };
}

/** One listing a root: most processes of a large fleet may have no record, and each would be asked for. */
function readAllLive(agents: readonly Process[], roots: readonly string[]): (readonly [number, ClaudeLive])[] {
  const records = roots.map((root) => ({
    folder: join(root, 'sessions'),
    names: new Set(namesIn(join(root, 'sessions'))),
  }));
  return agents.flatMap((agent) => {
    const name = `${agent.pid}.json`;
    return readLive(
      agent,
      records.filter((one) => one.names.has(name)).map(({ folder }) => join(folder, name)),
    );
  });
}

function readLive(agent: Process, paths: readonly string[]): (readonly [number, ClaudeLive])[] {
  for (const path of paths) {
    const live = parseLive(path, agent.pid);
    // Left behind by an earlier process of that pid: a kill leaves it until the next start.
    if (live === null || (live.procStart === null && Math.abs((live.startedAt ?? 0) - agent.startedAt) > 10_000))
      continue;
    if (live.procStart !== null && live.procStart !== agent.start) continue;
    return [[agent.pid, live]];
  }
  return [];
}

function parseLive(path: string, pid: number): ClaudeLive | null {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : null);
  const count = (key: string) => (typeof fields[key] === 'number' ? fields[key] : null);
  const sessionId = text('sessionId');
  if (sessionId === null || fields['pid'] !== pid) return null;
  const status = text('status');
  return {
    pid,
    sessionId,
    cwd: text('cwd'),
    startedAt: count('startedAt'),
    procStart: text('procStart'),
    kind: text('kind'),
    entrypoint: text('entrypoint'),
    status: status === 'idle' || status === 'busy' || status === 'waiting' || status === 'shell' ? status : null,
    updatedAt: count('updatedAt'),
    path,
  };
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

function withLiveArtifacts(look: ClaudeLook, roots: readonly string[], places: Map<string, string>): ClaudeLook {
  const artifacts = new Map(look.artifacts);
  const ids = [
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
      return files.flatMap((name) => reader.read(join(projects, folder, name))).filter((one) => one.cwd === cwd);
    });
  });
}
