import { agentFacts } from '../../agents/agent-facts.ts';
import type { Settings } from '../../config/settings.ts';
import type { AgentFacts } from '../../core/model/agent.ts';
import type { AgentEvidence, AgentFolder, AgentProcess } from '../../core/model/evidence.ts';
import type { Observation, Seen } from '../../core/model/observation.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import type { PassReport } from '../context.ts';

/** Reports what each source said in this pass: the sockets, and every agent's files with their retention. */
export function checkSources(report: PassReport | null, settings: Settings): readonly Finding[] {
  if (report === null) return [];
  const { observation } = report;
  const { sockets, evidence } = observation;
  return [
    ...[...sockets].map(([path, seen]): Finding =>
      'blind' in seen
        ? bad('socket', `tmux socket ${path}: ${seen.blind}`, seen.cure)
        : good('socket', `tmux socket ${path}: ${seen.known.said}`),
    ),
    ...agentFacts.flatMap((agent) => {
      const seen = evidence.get(agent.name);
      if (seen === undefined) return [];
      return [...agentFindings(agent, seen, settings.agents[agent.name] ?? []), ...unproven(agent, seen, observation)];
    }),
  ];
}

function agentFindings(
  { name, title }: AgentFacts,
  seen: Seen<AgentEvidence>,
  configured: readonly string[],
): readonly Finding[] {
  if ('blind' in seen) return [bad(name, `${title}: ${seen.blind}`, seen.cure)];
  const { folders, unreadable } = seen.known;
  // A source that no entry needs is not read, so nothing is known about its folders.
  const unneeded = good(name, `${title}: ${configured.join(', ')} not needed by any entry`);
  return [
    ...(folders.length === 0
      ? [unneeded]
      : folders.map((folder) => good(name, `${title}: ${folderText(folder, title)}`))),
    // Files under this path are unknown, whether an entry needs them today or not.
    ...unreadable.map(({ path, reason, cure }) => bad(name, `${title}: ${path} ${reason}`, cure)),
  ];
}

/** Reports why nothing proves which conversations running agents are in, and what would change that. */
function unproven(
  { name, title }: AgentFacts,
  seen: Seen<AgentEvidence>,
  { agentProcesses }: Observation,
): readonly Finding[] {
  if ('blind' in seen || seen.known.unprovable === null) return [];
  const { holders, unprovable } = seen.known;
  const isUnproven = ([pid, { agent, mode, id }]: readonly [number, AgentProcess]): boolean =>
    agent === name && mode === 'interactive' && id === null && !holders.has(pid);
  const count = [...agentProcesses].filter(isUnproven).length;
  return count === 0
    ? []
    : [good(name, `${title}: ${count} running, and nothing proves which conversation: ${unprovable}`)];
}

function folderText({ path, exists, cleanup }: AgentFolder, title: string): string {
  if (!exists) return `no ${path}, no conversation of ${title}'s to look for`;
  if (cleanup === null) return path;
  const setBy = cleanup.setBy === null ? '' : ` (${cleanup.setBy})`;
  return `${path}, transcripts are kept for ${cleanup.days} days${setBy}`;
}
