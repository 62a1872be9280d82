import { agentFacts } from '../../agents/agent-facts.ts';
import type { Settings } from '../../config/settings.ts';
import type { AgentFacts } from '../../core/model/agent.ts';
import { isLeftAlone } from '../../core/model/entry.ts';
import type { AgentEvidence, AgentFolder, AgentProcess } from '../../core/model/evidence.ts';
import type { Observation, Seen, SocketState } from '../../core/model/observation.ts';
import { evidenceOf, reportedId } from '../../core/place/agent-processes.ts';
import { otherAgentIn } from '../../core/place/other-agent.ts';
import { locate } from '../../core/plan/locate.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import type { ReconcileDocument } from '../../pass/document.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import type { PassReport } from '../context.ts';

/**
 * Reports what each source said in this pass: the sockets, every agent's files with their retention, and every other
 * source that this pass needed and could not ask. What the pass calls blind is bad here too.
 */
export function checkSources(report: PassReport | null, settings: Settings): readonly Finding[] {
  if (report === null) return [];
  const { observation } = report;
  const { sockets, evidence } = observation;
  const blind = new Map(report.document.blind.map((one) => [one.source, one]));
  return [
    ...[...sockets].map(([path, seen]) => socketFinding(path, seen, blind.get(`tmux:${path}`))),
    ...agentFacts.flatMap((agent) => {
      const seen = evidence.get(agent.name);
      if (seen === undefined) return [];
      const configured = settings.agents[agent.name] ?? [];
      return [...agentFindings(agent, seen, { configured, blind: blind.get(agent.name) }), ...unproven(agent, report)];
    }),
    ...otherAgents(report),
    ...[...blind.values()]
      .filter(({ source }) => !isToldBeside(source, observation))
      .map(({ source, reason, cure }) => bad(idOf(source), `${source}: ${reason}`, cure)),
  ];
}

type Blind = ReconcileDocument['blind'][number];

function socketFinding(path: string, seen: Seen<SocketState>, blind: Blind | undefined): Finding {
  if ('blind' in seen) return bad('socket', `tmux socket ${path}: ${seen.blind}`, seen.cure);
  return blind === undefined
    ? good('socket', `tmux socket ${path}: ${seen.known.said}`)
    : bad('socket', `tmux socket ${path}: ${blind.reason}`, blind.cure);
}

/** Decides whether a blind source has a finding of its own: a socket, an agent's files, the place, another server. */
function isToldBeside(source: string, { sockets, evidence, unreachable }: Observation): boolean {
  if ([...sockets.keys()].some((path) => source === `tmux:${path}`)) return true;
  const [name = ''] = source.split(':');
  if (agentFacts.some((agent) => agent.name === name && evidence.has(name))) return true;
  return source === 'place' || unreachable.some(({ pid }) => source === `tmux server ${pid}`);
}

/** Returns the id of a source's finding: `tmux-server` for `tmux server 77`. */
function idOf(source: string): string {
  const [name = ''] = source.split(':');
  return name.replace(/ \d+$/, '').replaceAll(' ', '-');
}

function agentFindings(
  { name, title }: AgentFacts,
  seen: Seen<AgentEvidence>,
  { configured, blind }: { readonly configured: readonly string[]; readonly blind: Blind | undefined },
): readonly Finding[] {
  if ('blind' in seen) return [bad(name, `${title}: ${seen.blind}`, seen.cure)];
  if (blind !== undefined) return [bad(name, `${title}: ${blind.reason}`, blind.cure)];
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
function unproven({ name, title }: AgentFacts, { observation, plan }: PassReport): readonly Finding[] {
  const seen = evidenceOf(name, observation);
  if ('blind' in seen || seen.known.unprovable === null) return [];
  const { holders, unprovable } = seen.known;
  const proven = new Set(plan.verdicts.flatMap(({ agent, identity }) => (identity === null ? [] : [agent?.pid])));
  const isUnproven = ([pid, own]: readonly [number, AgentProcess]): boolean =>
    own.agent === name &&
    own.mode === 'interactive' &&
    own.id === null &&
    reportedId(own) === null &&
    !holders.has(pid) &&
    !proven.has(pid);
  const count = [...observation.agentProcesses].filter(isUnproven).length;
  return count === 0
    ? []
    : [good(name, `${title}: ${count} running, and nothing proves which conversation: ${unprovable}`)];
}

/** Reports the entries in whose panes another agent runs than they name: nothing is looked for of it. */
function otherAgents({ input, observation }: PassReport): readonly Finding[] {
  const names = locate(input).locations.flatMap(({ entry, paneState }) =>
    paneState === null || isLeftAlone(entry) || otherAgentIn(paneState, entry, observation) === null
      ? []
      : [clean(entry.session)],
  );
  const said = '`asm explain SESSION` says which, and what to write';
  return names.length === 0
    ? []
    : [good('agents', `another agent runs in the pane than the entry names: ${someOf(names)}; ${said}`)];
}

function folderText({ path, exists, cleanup }: AgentFolder, title: string): string {
  if (!exists) return `no ${path}, no conversation of ${title}'s to look for`;
  if (cleanup === null) return path;
  const setBy = cleanup.setBy === null ? '' : ` (${cleanup.setBy})`;
  return `${path}, transcripts are kept for ${cleanup.days} days${setBy}`;
}
