import type { Agent } from '../model/entry.ts';
import type { Unreadable } from '../model/evidence.ts';
import type { Observation, Process } from '../model/observation.ts';
import { evidenceOf } from '../place/agent-processes.ts';

/** Returns the unreadable files that could say which conversation that process runs. */
export function hiddenRecordOf(process: Process, agent: Agent, observation: Observation): readonly Unreadable[] {
  const seen = evidenceOf(agent, observation);
  if ('blind' in seen || seen.known.unreadable.length === 0) return [];
  const root = observation.agentProcesses.get(process.pid)?.root ?? null;
  return seen.known.unreadable.filter(({ hides, path }) => {
    if (hides.kind !== 'records') return false;
    return hides.pid === null ? root === null || path.startsWith(`${root}/`) : hides.pid === process.pid;
  });
}
