import type { JobState } from '../core/model/job.ts';
import type { jobFields } from './defaults.ts';

/** Everything a run depends on, resolved from flags, environment, config file and defaults, in this order. Paths are absolute; durations ms. */
export interface Settings {
  /** The config file that was read; `null`: there is none. */
  readonly configPath: string | null;
  readonly registry: {
    readonly path: string;
    /** It is where every command looks that is told nothing. */
    readonly isUsual: boolean;
    readonly lock: string;
    readonly registerPattern: RegExp;
    /** New entries name their host, although no other entry does. */
    readonly writeHost: boolean;
  };
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly claude: { readonly roots: readonly string[] };
  readonly agy: { readonly root: string };
  /** Extra sockets to ask; `null` = find them. */
  readonly tmux: { readonly sockets: readonly string[] | null; readonly tmpdir: string; readonly deadlineMs: number };
  readonly monitor: {
    readonly intervalMs: number | null;
    readonly heartbeatMs: number;
    readonly level: 'silent' | 'drift' | 'verbose';
  };
  readonly stop: { readonly phrases: readonly string[] };
  readonly judge: { readonly url: string; readonly model: string; readonly apiKeyFile: string | null } | null;
  readonly hermes: { readonly command: string };
  readonly jobs: JobSettings;
  /** `null`: no broker, nothing is pushed. */
  readonly mqtt: MqttSettings | null;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly color: boolean;
}

export interface JobSettings {
  readonly dir: string;
  readonly map: {
    /** Where the events of job `{id}` are published. */
    readonly topic: string;
    /** What the files call our fields; a field that is not in it has our name. */
    readonly fields: Readonly<Partial<Record<JobField, string>>>;
    /** What the files' own words for a state mean. */
    readonly states: Readonly<Record<string, JobState>>;
  };
}

export type JobField = (typeof jobFields)[number];

/** Password and URL may hold secrets: never logged, never shown. */
export interface MqttSettings {
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly passwordFile: string | null;
  readonly caFile: string | null;
  /** Topics whose messages are hints. */
  readonly topics: readonly string[];
  /** Our own topics begin with it. */
  readonly prefix: string;
}

/** The levels of the log: what failed and ends nothing, what somebody should know, what is done, how it came to a failure. */
export type LogLevel = Exclude<Settings['logLevel'], 'silent'>;
