import { agentNames, type Agent } from '../model/entry.ts';
import type { Observation, Process } from '../model/observation.ts';
import type { AgentKind } from './agent-kind.ts';
import { agy } from './agy.ts';
import { claude } from './claude.ts';

/** Every agent we know, by its word in the registry. */
export const agents: Readonly<Record<Agent, AgentKind>> = { claude, agy };

/** Reads an agent's name, whatever its case. `null`: an agent that we do not know; nothing is claimed about it. */
export function agentNamed(word: string | null | undefined): Agent | null {
  const said = word?.trim().toLowerCase() ?? '';
  return agentNames.find((name) => name === said || agents[name].otherWords.includes(said)) ?? null;
}

/** Decides by its name whether a process is any agent that we know. */
export function looksLikeAgent(process: Pick<Process, 'argv' | 'exe'>): boolean {
  return agentNames.some((name) => agents[name].looksLike(process));
}

/** Decides whether a process is an agent that talks with a user in its pane. @param agent `null`: any that we know */
export function isProcessOf(agent: Agent | null, process: Process, observation: Observation): boolean {
  return kindsOf(agent).some(
    (kind) =>
      (kind.looksLike(process) || kind.isRecorded(process, observation)) && kind.isAtTerminal(process, observation),
  );
}

/** Does an agent's own record name that process? @param agent `null`: any that we know */
export function isRecordedProcess(agent: Agent | null, process: Process, observation: Observation): boolean {
  return kindsOf(agent).some((kind) => kind.isRecorded(process, observation));
}

function kindsOf(agent: Agent | null): readonly AgentKind[] {
  return (agent === null ? agentNames : [agent]).map((name) => agents[name]);
}
