import type { AgentFacts } from '../core/model/agent.ts';

/** The settings that neither a flag, nor the environment, nor the config file gives. Durations in ms. */
export const defaults = {
  registry: '~/PuKi/lab/agent_sessions/agent-sessions.yaml',
  intervalMs: 30_000,
  /** The interval if one workspace runs as many sessions as `crowd` says. */
  crowdedIntervalMs: 60_000,
  heartbeatMs: 300_000,
  level: 'drift',
  attentionAfterMs: 5 * 60_000,
  attentionWorkedMs: 2 * 60_000,
  historyKeepMs: 14 * 86_400_000,
  logLevel: 'info',
  /** A working tmux server lists 1,000 sessions in 55 ms; a hanging one never answers. */
  tmuxDeadlineMs: 2_000,
  hermesCommand: 'hermes',
  /** The folder of jobs below the user's folder for state. */
  jobsDir: 'delegate-job/jobs',
  jobTopic: 'delegate-job/{id}/events',
  mqttPrefix: 'asm',
} as const;

/** How long the program waits before it decides or tells something. No setting changes it. Durations in ms. */
export const patience = {
  /** A text or a session must have been left alone for so long before anything is decided about it. */
  settleMs: 5_000,
  /** So long the user may still say that a death was meant before the card hears of it. */
  graceMs: 5_000,
  /** A source must have been blind for so long before that is told. */
  blindAfterMs: 5 * 60_000,
  /** A transcript is told of if its agent cleans it up within so long. */
  expiryWarningMs: 3 * 24 * 60 * 60_000,
} as const;

/**
 * What a notifier tells where its `on` does not say: what a user wants to be woken for, because work stands still or is
 * lost until the user acts. The rest is on the card, and waits there.
 */
export const usualNotices: readonly string[] = [
  'session-gone',
  'agent-exited',
  'host-rebooted',
  'tmux-server-died',
  'needs-you',
  'job-orphaned',
  'registry-unreadable',
  'blind',
];

/** Returns the pattern of the names of sessions that are registered: of every agent that is known. */
export function usualRegisterPattern(agents: readonly AgentFacts[]): string {
  return `^(?<workspace>.+)-creator-(?<agent>${agents.map(({ name }) => name).join('|')})$`;
}

/** The poll slows down if one workspace runs so many sessions. */
export const crowd = 5;
/** The longest wait of one call of `wait_for_drift`; s. */
export const longestWaitSeconds = 570;
export const levels = ['silent', 'drift', 'verbose'] as const;
/** `silent` shows only the failure that ends a command; `debug` shows its stack too. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** A shorter interval would be busy waiting. */
export const shortestIntervalMs = 1_000;
