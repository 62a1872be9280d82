import { agentFacts } from '../../agents/agent-facts.ts';
import type { Settings } from '../../config/settings.ts';
import type { AgentFacts } from '../../core/model/agent.ts';
import type { AgentEvidence, AgentFolder } from '../../core/model/evidence.ts';
import type { Seen } from '../../core/model/observation.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import type { PassReport } from '../context.ts';

/** Reports what each source said in this pass: the sockets, and every agent's files with their retention. */
export function checkSources(report: PassReport | null, settings: Settings): readonly Finding[] {
  if (report === null) return [];
  const { sockets, evidence } = report.observation;
  return [
    ...[...sockets].map(([path, seen]): Finding =>
      'blind' in seen
        ? bad('socket', `tmux socket ${path}: ${seen.blind}`, seen.cure)
        : good('socket', `tmux socket ${path}: ${seen.known.said}`),
    ),
    ...agentFacts.flatMap((agent) => {
      const seen = evidence.get(agent.name);
      return seen === undefined ? [] : agentFindings(agent, seen, settings.agents[agent.name] ?? []);
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

function folderText({ path, exists, cleanup }: AgentFolder, title: string): string {
  if (!exists) return `no ${path}, no conversation of ${title}'s to look for`;
  if (cleanup === null) return path;
  const setBy = cleanup.setBy === null ? '' : ` (${cleanup.setBy})`;
  return `${path}, transcripts are kept for ${cleanup.days} days${setBy}`;
}
