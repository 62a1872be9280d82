import type { LoggedDrift } from '../../src/log/log.ts';
import { driftNamed } from '../named.ts';

/** Makes a drift as the log keeps it: a death by default. */
export function aDrift({ id = 'id', ...more }: Partial<Omit<LoggedDrift, 'id'>> & { id?: string } = {}): LoggedDrift {
  const session = more.session ?? 'shop-creator-claude';
  return {
    id: driftNamed(id),
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
