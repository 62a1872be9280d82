import type { DriftKind } from './drift-kind.ts';
import { isMassUndecided, massDrifts } from './mass-drift.ts';

export const tmuxServerDied: DriftKind = {
  name: 'tmux-server-died',
  class: 'J',
  seenWhen: 'at least two running entries lost their tmux server while the machine stayed up',
  writes: 'each entry as for a session that is gone',
  tells: 'one comment for all, with a resume plan',
  resolvedMessage: null,
  hasGrace: true,
  isUndecided: isMassUndecided,
  detect: (view) => massDrifts('tmux-server-died', 'The tmux server died', view),
};
