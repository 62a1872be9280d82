import type { LoggedDrift } from '../../src/log/log.ts';

/** Makes a drift as the log keeps it: a death by default. */
export function aDrift(more: Partial<LoggedDrift> = {}): LoggedDrift {
  const session = more.session ?? 'shop-creator-claude';
  return {
    id: 'id',
    key: 'key',
    kind: 'session-gone',
    class: 'A',
    session,
    workspace: 'shop',
    agent: 'claude',
    message: `${session}: tmux gone. Marked terminated.`,
    evidence: [],
    edits: [],
    ...more,
  };
}
