import { agentProcessesIn } from '../agents/agent-processes.ts';
import type { AgentReader, CodingAgent } from '../agents/agent.ts';
import { codingAgents } from '../agents/index.ts';
import type { Settings } from '../config/settings.ts';
import { noEvidence } from '../core/model/evidence.ts';
import type { Observation, Process } from '../core/model/observation.ts';
import type { Need } from '../core/plan/need.ts';
import { homeExpanded } from '../core/words/home-path.ts';

export interface AgentsLook extends Pick<Observation, 'agentProcesses' | 'evidence'> {
  readonly bytesRead: number;
}

/** The inputs of the agents' readers beside the need. */
export interface AgentsAsk {
  /** ms since 1970. */
  readonly at: number;
  readonly processes: readonly Process[];
  readonly titleOf: (pid: number) => string | null;
  readonly startOf: (pid: number) => Promise<string | null>;
}

/** Makes the reader of all agents' files: of each agent that an entry needs, or that lives without an entry. */
export function makeAgentsReader(options: {
  /** The folders that each agent's setting names. */
  readonly folders: Settings['agents'];
  readonly home: string;
}) {
  const { home } = options;
  const readers = codingAgents.map((agent) => ({
    agent,
    read: agent.makeReader({ folders: options.folders[agent.facts.name] ?? [], home }),
  }));
  return async (need: Need, ask: AgentsAsk): Promise<AgentsLook> => {
    const answers = await Promise.all(
      readers.map(async ({ agent, read }) => [agent.facts.name, await lookAt(agent, read, need, ask, home)] as const),
    );
    const evidence = new Map(answers.map(([name, { seen }]) => [name, seen]));
    return {
      agentProcesses: agentProcessesIn(ask.processes, evidence),
      evidence,
      bytesRead: answers.reduce((sum, [, { bytesRead }]) => sum + bytesRead, 0),
    };
  };
}

async function lookAt(
  { facts: { name }, recognise }: CodingAgent,
  read: AgentReader,
  need: Need,
  ask: AgentsAsk,
  home: string,
): ReturnType<AgentReader> {
  const needed = need.agents.get(name);
  // Also for an agent without an entry: this pass may register it, with its conversation.
  if (needed === undefined && !ask.processes.some(recognise)) return { seen: { known: noEvidence }, bytesRead: 0 };
  return read({
    ...ask,
    ids: needed?.ids ?? [],
    roots: needed?.roots ?? [],
    folders: (needed?.folders ?? []).map((one) => ({ ...one, cwd: homeExpanded(one.cwd, home) })),
    recorded: need.recordedIds,
    resumable: need.resumable.flatMap(({ agent, ids }) => (agent === name ? ids : [])),
  });
}
