import { agents } from '../agent/index.ts';
import type { Agent } from '../model/entry.ts';
import type { Observation, Process, Unreadable } from '../model/observation.ts';

/** Returns what could not be read and could say what that process runs. */
export function hiddenRecordOf(process: Process, agent: Agent, observation: Observation): readonly Unreadable[] {
  const { filesIn, rootOf } = agents[agent];
  const files = filesIn(observation);
  if ('blind' in files || files.known.unreadable.length === 0) return [];
  const root = rootOf(process);
  return files.known.unreadable.filter(({ hides, path }) => {
    if (hides.kind !== 'records') return false;
    return hides.pid === null ? root === null || path.startsWith(`${root}/`) : hides.pid === process.pid;
  });
}
