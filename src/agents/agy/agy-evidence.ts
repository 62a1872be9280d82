import { bareLock, noEvidence, type AgentEvidence, type Holder } from '../../core/model/evidence.ts';
import { groupBy } from '../../core/model/group-by.ts';
import type { Process } from '../../core/model/observation.ts';
import type { AgyObservation } from './observation.ts';
import { resumeCommands } from './resume.ts';

/**
 * Makes the common evidence of Antigravity's own files. An agy writes `last_conversations.json` at its exit: it proves
 * nothing about a living one.
 */
export function agyEvidence(observed: AgyObservation, processes: readonly Process[]): AgentEvidence {
  const { root: path, exists, artifacts, unreadable } = observed;
  return {
    ...noEvidence,
    folders: [{ path, exists, keepsRecords: false, cleanup: null }],
    holders: holdersIn(observed, new Set(processes.map(({ pid }) => pid))),
    artifacts,
    resume: resumeCommands(artifacts),
    unreadable,
  };
}

function holdersIn({ presence }: AgyObservation, inPanes: ReadonlySet<number>): AgentEvidence['holders'] {
  const holders = [...presence].flatMap(([id, pids]) =>
    pids.map((pid): Holder => ({ ...bareLock, pid, id, path: `presence/${id}.lock`, isInPanes: inPanes.has(pid) })),
  );
  return groupBy(holders, ({ pid }) => pid);
}
