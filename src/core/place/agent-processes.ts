import type { Agent } from '../model/entry.ts';
import type { AgentEvidence, AgentProcess, Holder } from '../model/evidence.ts';
import type { Observation, Process, Seen } from '../model/observation.ts';

/** Returns the evidence of an agent's own files. */
export function evidenceOf(agent: Agent, { evidence }: Observation): Seen<AgentEvidence> {
  return evidence.get(agent) ?? { blind: 'its files were not looked at', cure: 'look again' };
}

/** Returns the evidence of all agents whose files could be read. */
export function readEvidence({ evidence }: Observation): readonly AgentEvidence[] {
  return [...evidence.values()].flatMap((seen) => ('known' in seen ? [seen.known] : []));
}

/** Returns every holder among one agent's evidence. */
export function holdersIn({ holders }: AgentEvidence): readonly Holder[] {
  return [...holders.values()].flat();
}

/**
 * Decides whether a process is an agent that talks with a user in its pane.
 * @param agent `null`: any known agent
 */
export function isProcessOf(agent: Agent | null, process: Process, observation: Observation): boolean {
  const own = agentIn(agent, process, observation);
  return own !== null && isAtTerminal(own, process, observation);
}

/**
 * Decides whether an agent's own record names that process.
 * @param agent `null`: any known agent
 */
export function isRecordedProcess(agent: Agent | null, process: Process, observation: Observation): boolean {
  return agentIn(agent, process, observation) !== null && recordOf(process, observation) !== null;
}

/**
 * Decides whether a process talks with a user at a terminal, or shows such a conversation: no headless run, no
 * background session.
 */
export function isAtTerminal({ mode }: AgentProcess, process: Process, observation: Observation): boolean {
  if (mode === 'headless' || mode === 'daemon' || mode === 'teammate') return false;
  return recordOf(process, observation)?.isInteractive ?? true;
}

/**
 * Decides whether that process runs that conversation: by its own record or lock, else by its report, else by its
 * arguments.
 */
export function runs(process: Process, isIt: (id: string) => boolean, observation: Observation): boolean {
  const held = holdersOf(process, observation);
  if (held.length > 0) return held.some(({ id }) => isIt(id));
  const reported = reportedId(observation.agentProcesses.get(process.pid));
  if (reported !== null) return isIt(reported);
  const launched = observation.agentProcesses.get(process.pid)?.id ?? null;
  return launched !== null && isIt(launched);
}

/**
 * Returns the conversation that a process said it runs; `null`: it said nothing of that, or that it has ended, or it has
 * no user.
 */
export function reportedId(own: AgentProcess | undefined): string | null {
  const said = own?.report;
  if (said === undefined || said.isEnd || !said.isInteractive) return null;
  return own?.mode === 'headless' || own?.mode === 'daemon' ? null : said.id;
}

/** Returns the holders of a process. Records of an earlier process with the same pid do not count. */
export function holdersOf({ pid, start }: Pick<Process, 'pid' | 'start'>, observation: Observation): readonly Holder[] {
  const own = observation.agentProcesses.get(pid);
  const seen = own === undefined ? undefined : observation.evidence.get(own.agent);
  const held = seen !== undefined && 'known' in seen ? (seen.known.holders.get(pid) ?? none) : none;
  return held.length === 0 ? held : held.filter((one) => one.start === null || one.start === start);
}

const none: readonly Holder[] = [];

/** Returns the agent's own record of a process. */
export function recordOf(process: Process, observation: Observation): Holder | null {
  return holdersOf(process, observation).find(({ by }) => by === 'record') ?? null;
}

/**
 * Returns the record of the process whose conversation this process shows: its own, or that of the background session
 * to which its conversation was moved or to which it is attached.
 */
export function shownRecord(process: Process, observation: Observation): Holder | null {
  const job = shownJob(process, observation);
  const launch = observation.agentProcesses.get(process.pid);
  const seen = launch === undefined || job === null ? undefined : observation.evidence.get(launch.agent);
  if (seen === undefined || 'blind' in seen) return recordOf(process, observation);
  return holdersIn(seen.known).find((one) => one.job === job) ?? null;
}

/** Returns the background job that this process shows instead of a conversation of its own. */
export function shownJob(process: Process, observation: Observation): string | null {
  const own = recordOf(process, observation);
  return own === null ? (observation.agentProcesses.get(process.pid)?.job ?? null) : own.movedTo;
}

function agentIn(agent: Agent | null, { pid }: Process, { agentProcesses }: Observation): AgentProcess | null {
  const own = agentProcesses.get(pid) ?? null;
  return own !== null && (agent === null || own.agent === agent) ? own : null;
}
