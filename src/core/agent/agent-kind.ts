import type { Entry } from '../model/entry.ts';
import type { Subject } from '../identity/subject.ts';
import type {
  Artifact,
  Artifacts,
  ConversationEnd,
  Observation,
  Process,
  Seen,
  Unreadable,
} from '../model/observation.ts';
import type { PlanInput } from '../model/plan.ts';
import type { EntryView, Identity } from '../model/view.ts';
import type { Running } from './running.ts';

/**
 * One coding agent. To add one: write `agent/<agent>.ts`, put it into the table of `agent/index.ts`, and one test; what
 * it leaves on disk is read by one file in `src/observe/`.
 */
export interface AgentKind {
  /** What people call it in the registry, beside our word for it; lower case. */
  readonly otherWords: readonly string[];
  /** Its fields among an entry's ids: the one that a new entry gets, then those that count before it where they stand. */
  readonly idFields: readonly [IdName, ...IdName[]];
  /** Is it a process of this agent, by what it is called? */
  readonly looksLike: (process: Pick<Process, 'argv' | 'exe'>) => boolean;
  /** Does the agent's own record say so, whatever it is called? */
  readonly isRecorded: (process: Process, observation: Observation) => boolean;
  /** Does that process of it talk with a user at a terminal? Not a headless run, a background session, a daemon. */
  readonly isAtTerminal: (process: Process, observation: Observation) => boolean;
  /** Does that process run that conversation, by its own record or lock, or by its arguments where it has none? */
  readonly runs: (process: Process, id: string, observation: Observation) => boolean;
  /** The ladder: which conversation that process runs, proven or not at all. */
  readonly identity: (subject: Subject, process: Process) => Identity;
  /** The folder in which that process keeps its files; `null`: not known, it may be any. */
  readonly rootOf: (process: Process) => string | null;
  /** What was seen of its files. */
  readonly filesIn: (observation: Observation) => Seen<AgentFiles>;
  /** The setting that names its folders. */
  readonly setting: string;
  /** Was the folder looked at in which the entry's conversations stand? */
  readonly wasLookedAt: (view: EntryView, files: AgentFiles) => boolean;
  /** Why a conversation's file is not there: the likely cause, for people. */
  readonly whyMissing: (entry: Entry, input: PlanInput) => string;
  /** Who runs that conversation now, as far as its files show; `null`: no living process. */
  readonly running: (id: string, observation: Observation) => Running | null;
  /** What its last lines say of where it goes on; `null`: the agent keeps no such thing, or it was not read. */
  readonly endOf: (id: string, observation: Observation) => ConversationEnd | null;
  /** The shell command that goes on with a conversation whose file is there. */
  readonly resumeCommand: (artifact: Artifact, observation: Observation) => string;
}

type IdName = keyof Entry['ids'];

export interface AgentFiles {
  readonly folders: readonly { readonly path: string; readonly exists: boolean }[];
  readonly artifacts: Artifacts;
  readonly unreadable: readonly Unreadable[];
}
