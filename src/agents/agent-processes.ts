import type { AgentProcess } from '../core/model/evidence.ts';
import type { Observation, Process } from '../core/model/observation.ts';
import type { CodingAgent } from './agent.ts';
import { codingAgents } from './index.ts';

/** Decides by its name whether a process is any known agent. */
export function looksLikeAgent(process: Pick<Process, 'argv' | 'exe'>): boolean {
  return codingAgents.some(({ recognise }) => recognise(process));
}

/** Finds the agents among the processes of panes: by their names, and by the agents' own records of them. */
export function agentProcessesIn(
  processes: readonly Process[],
  evidence: Observation['evidence'],
): Observation['agentProcesses'] {
  return new Map(
    processes.flatMap((process): (readonly [number, AgentProcess])[] => {
      const named = codingAgents.find(({ recognise }) => recognise(process));
      const agent = named ?? codingAgents.find((one) => isRecorded(process, one, evidence));
      if (agent === undefined) return [];
      return [[process.pid, { agent: agent.facts.name, isByName: named !== undefined, ...agent.launch(process) }]];
    }),
  );
}

function isRecorded({ pid, start }: Process, { facts }: CodingAgent, evidence: Observation['evidence']): boolean {
  const seen = evidence.get(facts.name);
  const held = seen !== undefined && 'known' in seen ? seen.known.holders.get(pid) : undefined;
  return held?.some((one) => one.by === 'record' && (one.start === null || one.start === start)) ?? false;
}
