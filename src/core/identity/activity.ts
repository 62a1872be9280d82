import type { AgentActivity } from '../model/activity.ts';
import type { Observation, Process } from '../model/observation.ts';
import { possibleTime } from '../model/possible-time.ts';
import type { PaneState } from '../place/pane-of-entry.ts';
import { shownJob, shownRecord } from '../place/agent-processes.ts';

/** Returns what the agent in that pane does; `exited`: no agent is left in it. */
export function activityIn(paneState: PaneState | null, observation: Observation): AgentActivity {
  if (paneState?.deserted === true) return { activity: 'exited', waiting: null, since: null };
  const agent = paneState?.agentProcess ?? null;
  const own = agent === null ? undefined : observation.agentProcesses.get(agent.pid);
  const seen = own === undefined ? undefined : observation.evidence.get(own.agent);
  if (agent === null || seen === undefined || 'blind' in seen) return unknown;
  // A process that shows a background session does what that session does.
  const pid = shownJob(agent, observation) === null ? agent.pid : shownRecord(agent, observation)?.pid;
  const shown = (pid === undefined ? undefined : seen.known.activity.get(pid)) ?? unknown;
  return shown.activity === null
    ? withPossibleTimes(own?.report?.activity ?? shown, agent.startedAt, observation.at)
    : withPossibleTimes(shown, startOf(pid, agent, observation), observation.at);
}

const unknown: AgentActivity = { activity: null, waiting: null, since: null };

/** Returns when a process started, at the earliest: of a background session only the boot is known. */
function startOf(pid: number | undefined, agent: Process, { boot }: Observation): number {
  if (pid === agent.pid) return agent.startedAt;
  return 'known' in boot ? boot.known.bootedAt : 0;
}

function withPossibleTimes({ activity, waiting, since }: AgentActivity, startedAt: number, now: number): AgentActivity {
  const possible = (ms: number | null): number | null => possibleTime(ms, startedAt, now);
  return {
    activity,
    waiting: waiting === null ? null : { for: waiting.for, since: possible(waiting.since) },
    since: possible(since),
  };
}
