import { agentNamed } from '../model/agent.ts';
import type { PlanInput } from '../model/plan.ts';
import { namedBy } from './newcomer.ts';
import { someOf } from '../words/some-of.ts';
import { clean } from '../words/text.ts';

/**
 * Returns a line for a user whose registry is empty, and whose agents run in sessions with names that are not
 * registered. With entries there is none: it would speak again and again of sessions that the user keeps to himself.
 */
export function otherNames({ observation, registry, settings }: PlanInput): readonly string[] {
  if (registry.entries.length > 0) return [];
  const names = [...observation.sockets.values()]
    .flatMap((seen) => ('known' in seen ? (seen.known.server?.sessions ?? []) : []))
    .filter(({ panes }) => panes.some(({ dead, command }) => !dead && agentNamed(command, settings.agents) !== null))
    .filter(({ name }) => namedBy(name, settings) === null)
    .map(({ name }) => clean(name));
  if (names.length === 0) return [];
  const what = names.length === 1 ? 'runs an agent, but its name is' : 'run agents, but their names are';
  const cure = 'rename with tmux rename-session, or set registry.register_pattern in the config';
  return [`${someOf(names)} ${what} not like shop-creator-claude: ${cure}`];
}
