/** Everything a run depends on, resolved from flags, environment, config file and defaults, in this order. Paths are absolute; durations ms. */
export interface Settings {
  /** The config file that was read; `null`: there is none. */
  readonly configPath: string | null;
  readonly registry: { readonly path: string; readonly lock: string; readonly registerPattern: RegExp };
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
  readonly jobs: { readonly dir: string };
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly color: boolean;
}
