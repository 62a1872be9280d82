import { existsSync } from 'node:fs';
import type { AgentEvidence, Artifact } from '../../core/model/evidence.ts';
import type { AgentAsk, AgentReader } from '../agent.ts';
import { CodexFolder } from './codex-folder.ts';
import { codexRootOf, looksLikeCodex } from './codex-process.ts';

/** Makes the reader of all folders of Codex: each process says by its environment which one it uses. */
export function makeCodexReader({ root, home }: { readonly root: string; readonly home: string }): AgentReader {
  const folders = new Map<string, CodexFolder>();
  const folderAt = (path: string): CodexFolder => {
    const folder = folders.get(path) ?? new CodexFolder({ root: path, home });
    folders.set(path, folder);
    return folder;
  };
  return (ask) => {
    const wanted = rootsFor(ask, root).map(folderAt);
    const before = bytesOf(wanted);
    const known = wanted.map((folder) => folder.read(ask)).reduce(joined);
    return Promise.resolve({ seen: { known }, bytesRead: bytesOf(wanted) - before });
  };
}

/** Returns the configured folder, those of living processes, and those of processes that have ended. */
function rootsFor({ processes, roots }: AgentAsk, configured: string): readonly string[] {
  const living = processes.filter(looksLikeCodex).flatMap((one) => codexRootOf(one) ?? []);
  return [...new Set([configured, ...living, ...roots.filter((path) => existsSync(path))])];
}

function bytesOf(folders: readonly CodexFolder[]): number {
  return folders.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
}

function joined(one: AgentEvidence, other: AgentEvidence): AgentEvidence {
  return {
    ...one,
    folders: [...one.folders, ...other.folders],
    holders: new Map([...one.holders, ...other.holders]),
    artifacts: filesIn(one, other),
    resume: new Map([...other.resume, ...one.resume]),
    ends: new Map([...other.ends, ...one.ends]),
    unreadable: [...one.unreadable, ...other.unreadable],
    outlives: one.outlives ?? other.outlives,
  };
}

/** Merges the files of two folders. An id is missing if it is in neither, and unknown if one of them may hide it. */
function filesIn(one: AgentEvidence, other: AgentEvidence): AgentEvidence['artifacts'] {
  const [here, there] = [one.artifacts ?? new Map(), other.artifacts ?? new Map()];
  const ids = new Set<string>([...here.keys(), ...there.keys()]);
  return new Map(
    [...ids].flatMap((id): (readonly [string, Artifact | null])[] => {
      const file = here.get(id) ?? there.get(id) ?? null;
      return file !== null || (here.has(id) && there.has(id)) ? [[id, file]] : [];
    }),
  );
}
