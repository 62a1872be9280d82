import type { Agent, Entry } from './entry.ts';

/** What the core must know of an agent beside what a look shows of it. */
export interface AgentFacts {
  readonly name: Agent;
  /** What people are told: `Claude`. */
  readonly title: string;
  /** What people call it in the registry, beside its name; lower case. */
  readonly otherWords: readonly string[];
  /** Its fields among an entry's ids: the one that a new entry gets, then those that count before it where they stand. */
  readonly idFields: readonly [IdName, ...IdName[]];
  /** The setting that names its folders. */
  readonly setting: string;
}

type IdName = keyof Entry['ids'];

const claude: AgentFacts = {
  name: 'claude',
  title: 'Claude',
  otherWords: ['claude-code', 'claude code', 'claude_code', 'claudecode'],
  idFields: ['own', 'claude'],
  setting: 'claude.roots',
};

const agy: AgentFacts = {
  name: 'agy',
  title: 'Antigravity',
  otherWords: ['antigravity', 'antigravity-cli', 'antigravity cli'],
  idFields: ['agy'],
  setting: 'agy.root',
};

/** Every agent we know, by its word in the registry. */
export const agents: Readonly<Record<Agent, AgentFacts>> = { claude, agy };

/** Reads an agent's name, whatever its case. `null`: an agent that we do not know; nothing is claimed about it. */
export function agentNamed(word: string | null | undefined): Agent | null {
  const said = word?.trim().toLowerCase() ?? '';
  return Object.values(agents).find(({ name, otherWords }) => name === said || otherWords.includes(said))?.name ?? null;
}
