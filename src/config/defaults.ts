/** What holds where neither a flag, nor the environment, nor the config file says otherwise. Durations in ms. */
export const defaults = {
  registry: '~/PuKi/lab/agent_sessions/agent-sessions.yaml',
  registerPattern: '^(?<workspace>.+)-creator-(?<agent>claude|agy)$',
  agyRoot: '~/.gemini/antigravity-cli',
  heartbeatMs: 300_000,
  level: 'drift',
  logLevel: 'error',
  /** A tmux server that works answers 1,000 sessions in 55 ms; one that hangs never does. */
  tmuxDeadlineMs: 2_000,
} as const;

export const levels = ['silent', 'drift', 'verbose'] as const;
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** Node's timers take no more, and fire at once where they are given more: 24 days. ms */
export const longestTimerMs = 2 ** 31 - 1;
/** A shorter interval would be busy waiting. */
export const shortestIntervalMs = 1_000;
