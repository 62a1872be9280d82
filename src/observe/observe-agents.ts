import { agentNamedAs, agentProcessesIn, type SaidByAgents } from '../agents/agent-processes.ts';
import type { AgentAsk, AgentReader } from '../agents/agent.ts';
import { codingAgents } from '../agents/index.ts';
import type { Settings } from '../config/settings.ts';
import type { Agent } from '../core/model/entry.ts';
import { noEvidence } from '../core/model/evidence.ts';
import type { Observation, Process } from '../core/model/observation.ts';
import type { Need } from '../core/plan/need.ts';
import { homeExpanded } from '../core/words/home-path.ts';
import { readReports } from './reports/reports.ts';

export interface AgentsLook extends Pick<Observation, 'agentProcesses' | 'evidence'> {
  readonly bytesRead: number;
}

/** What the agents' readers need to know of the need. */
type AgentsNeed = Pick<Need, 'agents' | 'recordedIds' | 'resumable'>;

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
  /** The folder in which agents report. */
  readonly reports: string;
  readonly home: string;
  /** ms since 1970. A report may come after the look began. */
  readonly now: () => number;
}) {
  const { home } = options;
  const readers = codingAgents.map((agent) => ({
    agent,
    read: agent.makeReader({ folders: options.folders[agent.facts.name] ?? [], home }),
  }));
  return async (need: AgentsNeed, ask: AgentsAsk): Promise<AgentsLook> => {
    const named = ask.processes.flatMap((process) => {
      const agent = agentNamedAs(process);
      return agent === undefined ? [] : [{ process, name: agent.facts.name }];
    });
    const alive = new Set(named.map(({ name }) => name));
    const reports = readReports(
      options.reports,
      named.map(({ process }) => process),
      options.now(),
    );
    const answers = await Promise.all(
      readers.map(async ({ agent: { facts }, read }): Promise<readonly [Agent, Awaited<ReturnType<AgentReader>>]> => {
        // Also for an agent without an entry: this pass may register it, with its conversation.
        const isWanted = need.agents.has(facts.name) || alive.has(facts.name);
        return [facts.name, isWanted ? await read(askOf(facts.name, need, ask, reports.byPid, home)) : unread];
      }),
    );
    const evidence = new Map(answers.map(([name, { seen }]) => [name, seen]));
    return {
      agentProcesses: agentProcessesIn(ask.processes, evidence, reports.byPid),
      evidence,
      bytesRead: answers.reduce((sum, [, { bytesRead }]) => sum + bytesRead, reports.bytesRead),
    };
  };
}

const unread = { seen: { known: noEvidence }, bytesRead: 0 };

/** Returns what one agent's reader is asked. */
function askOf(name: Agent, need: AgentsNeed, ask: AgentsAsk, reports: SaidByAgents, home: string): AgentAsk {
  const needed = need.agents.get(name);
  const reported = [...reports.values()].flatMap(({ agent, report }) => (agent === name ? (report.id ?? []) : []));
  return {
    ...ask,
    ids: [...new Set([...(needed?.ids ?? []), ...reported])],
    roots: needed?.roots ?? [],
    folders: (needed?.folders ?? []).map((one) => ({ ...one, cwd: homeExpanded(one.cwd, home) })),
    recorded: need.recordedIds,
    resumable: need.resumable.flatMap(({ agent, ids }) => (agent === name ? ids : [])),
  };
}
