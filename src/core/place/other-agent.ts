import type { Agent, Entry } from '../model/entry.ts';
import type { Observation } from '../model/observation.ts';
import { agentProcessOf } from './agent-process.ts';
import type { PaneState } from './pane-of-entry.ts';

/** Returns the known agent that runs in the entry's pane and is not the one that the entry names; `null`: none does. */
export function otherAgentIn(
  paneState: PaneState,
  entry: Entry,
  observation: Observation,
): { readonly agent: Agent; readonly pid: number } | null {
  if (paneState.tree === null) return null;
  const process = paneState.agentProcess ?? agentProcessOf(paneState.tree, { ...entry, agent: null }, observation);
  const agent = process === null ? undefined : observation.agentProcesses.get(process.pid)?.agent;
  return process === null || agent === undefined || agent === entry.agent ? null : { agent, pid: process.pid };
}
