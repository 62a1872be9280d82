import type { Agent } from '../core/model/entry.ts';
import type { AgentProcess } from '../core/model/evidence.ts';
import type { Observation, Process } from '../core/model/observation.ts';
import type { AgentReport } from '../core/model/report.ts';
import type { CodingAgent } from './agent.ts';
import { codingAgents } from './index.ts';

/** Decides by its name whether a process is any known agent. */
export function looksLikeAgent(process: Pick<Process, 'argv' | 'exe'>): boolean {
  return agentNamedAs(process) !== undefined;
}

/** Finds by its name which known agent a process is. */
export function agentNamedAs(process: Pick<Process, 'argv' | 'exe'>): CodingAgent | undefined {
  return codingAgents.find(({ recognise }) => recognise(process));
}

/** What agents said of themselves, by the pids of their processes. */
export type SaidByAgents = ReadonlyMap<number, { readonly agent: Agent; readonly report: AgentReport }>;

/** Finds the agents among the processes of panes: by their names, and by the agents' own records of them. */
export function agentProcessesIn(
  processes: readonly Process[],
  evidence: Observation['evidence'],
  reports: SaidByAgents,
): Observation['agentProcesses'] {
  const found = new Map<number, AgentProcess>();
  for (const process of processes) {
    const named = agentNamedAs(process);
    const agent = named ?? codingAgents.find((one) => isRecorded(process, one, evidence));
    if (agent === undefined) continue;
    const { name } = agent.facts;
    const said = reports.get(process.pid);
    const report = said?.agent === name ? { report: said.report } : {};
    found.set(process.pid, { ...agent.launch(process), agent: name, isByName: named !== undefined, ...report });
  }
  return found;
}

function isRecorded({ pid, start }: Process, { facts }: CodingAgent, evidence: Observation['evidence']): boolean {
  const seen = evidence.get(facts.name);
  const held = seen !== undefined && 'known' in seen ? seen.known.holders.get(pid) : undefined;
  return held?.some((one) => one.by === 'record' && (one.start === null || one.start === start)) ?? false;
}
