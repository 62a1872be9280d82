import { parse } from 'node:path';
import { noEvidence, type AgentEvidence, type Holder } from '../../core/model/evidence.ts';
import type { Process } from '../../core/model/observation.ts';
import { shellQuote } from '../../core/words/text.ts';
import type { AgyObservation } from './observation.ts';

/**
 * Makes the common evidence of Antigravity's own files. An agy writes `last_conversations.json` at its exit: it proves
 * nothing about a living one.
 */
export function agyEvidence(look: AgyObservation, processes: readonly Process[]): AgentEvidence {
  const { root: path, exists, artifacts, unreadable } = look;
  return {
    ...noEvidence,
    folders: [{ path, exists, keepsRecords: false, cleanup: null }],
    holders: holdersIn(look, new Set(processes.map(({ pid }) => pid))),
    artifacts,
    resume: new Map(
      [...artifacts].flatMap(([id, file]) =>
        file === null ? [] : [[id, `agy --conversation ${shellQuote(parse(file.path).name)}`]],
      ),
    ),
    unreadable,
  };
}

function holdersIn({ presence }: AgyObservation, inPanes: ReadonlySet<number>): AgentEvidence['holders'] {
  const holders = new Map<number, Holder[]>();
  for (const [id, pids] of presence) {
    for (const pid of pids) holders.set(pid, [...(holders.get(pid) ?? []), holderOf(id, pid, inPanes.has(pid))]);
  }
  return holders;
}

function holderOf(id: string, pid: number, isInPanes: boolean): Holder {
  return {
    pid,
    start: null,
    id,
    by: 'lock',
    path: `presence/${id}.lock`,
    worth: { kind: 'kept' },
    version: null,
    isInPanes,
    isInteractive: true,
    cwd: null,
    pane: null,
    updatedAt: null,
    movedTo: null,
    job: null,
    background: null,
  };
}
