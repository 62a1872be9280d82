import type { AgentActivity } from '../model/activity.ts';
import type { Observation } from '../model/observation.ts';
import type { PaneState } from '../place/pane-of-entry.ts';
import { shownJob, shownRecord } from '../place/agent-processes.ts';

/** Returns what the agent in that pane does; `exited`: no agent is left in it. */
export function activityIn(look: PaneState | null, observation: Observation): AgentActivity {
  if (look?.deserted === true) return { activity: 'exited', waiting: null, since: null };
  const agent = look?.agentProcess ?? null;
  const own = agent === null ? undefined : observation.agentProcesses.get(agent.pid);
  const seen = own === undefined ? undefined : observation.evidence.get(own.agent);
  if (agent === null || seen === undefined || 'blind' in seen) return unknown;
  // A process that shows a background session does what that session does.
  const pid = shownJob(agent, observation) === null ? agent.pid : shownRecord(agent, observation)?.pid;
  const shown = (pid === undefined ? undefined : seen.known.activity.get(pid)) ?? unknown;
  return shown.activity === null ? (own?.report?.activity ?? shown) : shown;
}

const unknown: AgentActivity = { activity: null, waiting: null, since: null };
