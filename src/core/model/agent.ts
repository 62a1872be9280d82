import type { Agent, IdField, IdValue } from './entry.ts';

/** The facts about an agent that do not change, as data, for the rest of the program. */
export interface AgentFacts {
  readonly name: Agent;
  /** The name for people: `Claude`. */
  readonly title: string;
  /** Other words for it in the registry, in lower case. */
  readonly otherWords: readonly string[];
  /**
   * The fields in which an entry records its conversations: the first is that of a new entry, and the last one with an
   * id counts.
   */
  readonly idPaths: readonly (readonly string[])[];
  readonly setting: FolderSetting;
}

/** The one setting of an agent: where it keeps its files. */
export interface FolderSetting {
  /** `roots`: a list of folders, `root`: one, below the agent's name in the config. */
  readonly key: 'root' | 'roots';
  /** The variable that names the folder for the agent itself; `null`: there is none. */
  readonly variable: string | null;
  /** The folder below the variable's folder; absent: the variable names the folder itself. */
  readonly below?: string;
  /** Where the folder is if neither names one. */
  readonly usual: string;
}

/** Reads an agent's name in any case; `null`: it is unknown, and nothing is claimed about it. */
export function agentNamed(word: string | null | undefined, agents: readonly AgentFacts[]): Agent | null {
  const said = word?.trim().toLowerCase() ?? '';
  return agents.find(({ name, otherWords }) => name === said || otherWords.includes(said))?.name ?? null;
}

/** Returns what people call an agent. */
export function titleOf(agent: Agent, agents: readonly AgentFacts[]): string {
  return agents.find(({ name }) => name === agent)?.title ?? agent;
}

/** Returns the whole key of an agent's setting, such as `claude.roots`. */
export function settingKey({ name, setting }: AgentFacts): string {
  return `${name}.${setting.key}`;
}

/** Returns every id field that an entry may have, each with its present value. */
export function idsBy(
  agents: readonly AgentFacts[],
  read: (path: readonly string[], agent: AgentFacts) => IdValue,
): readonly IdField[] {
  return agents.flatMap((agent) =>
    agent.idPaths.map((path) => ({ agent: agent.name, path, value: read(path, agent) })),
  );
}
