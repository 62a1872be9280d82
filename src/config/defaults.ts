import { agentNames } from '../core/entry.ts';

/** What holds where neither a flag, nor the environment, nor the config file says otherwise. Durations in ms. */
export const defaults = {
  registry: '~/PuKi/lab/agent_sessions/agent-sessions.yaml',
  registerPattern: `^(?<workspace>.+)-creator-(?<agent>${agentNames.join('|')})$`,
  agyRoot: '~/.gemini/antigravity-cli',
  heartbeatMs: 300_000,
  level: 'drift',
  logLevel: 'info',
  /** A tmux server that works answers 1,000 sessions in 55 ms; one that hangs never does. */
  tmuxDeadlineMs: 2_000,
  jobTopic: 'delegate-job/{id}/events',
  mqttPrefix: 'asm',
} as const;

export const levels = ['silent', 'drift', 'verbose'] as const;
/** From nothing but the failure that ends a command, to its stack too. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** Node's timers take no more, and fire at once where they are given more: 24 days. ms */
export const longestTimerMs = 2 ** 31 - 1;
/** A shorter interval would be busy waiting. */
export const shortestIntervalMs = 1_000;
/** The fields of a delegate job's file, and its states. */
export const jobFields = [
  'id',
  'session',
  'workspace',
  'agent',
  'prompt',
  'state',
  'created_at',
  'updated_at',
  'exit',
  'events',
] as const;
export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
