/** What the config may say of one agent: where its files are. */
export interface AgentFolders {
  /** The agent's name, and the key above this one. */
  readonly agent: string;
  readonly key: string;
  /** Whether a list of folders stands there, or one. */
  readonly isList: boolean;
  /** What it is called in the docs. */
  readonly title: string;
  /** Where they are when nothing is said. */
  readonly usual: string;
  /** The variable of the environment that names another usual place; `null`: there is none. */
  readonly variable: string | null;
}
