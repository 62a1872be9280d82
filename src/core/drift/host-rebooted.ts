import { isoSeconds } from '../words/time.ts';
import type { DriftKind } from './drift-kind.ts';
import { isMassUndecided, massDrifts } from './mass-drift.ts';

export const hostRebooted: DriftKind = {
  name: 'host-rebooted',
  class: 'J',
  seenWhen: 'at least two running entries lost their tmux server, and the machine booted since',
  writes: 'each entry as for a session that is gone',
  tells: 'one comment for all, with a resume plan',
  resolvedMessage: null,
  hasGrace: true,
  isUndecided: isMassUndecided,
  detect: (view) => {
    const { boot } = view.input.observation;
    const when = 'known' in boot ? ` at ${isoSeconds(boot.known.bootedAt)}` : '';
    return massDrifts('host-rebooted', `The machine booted${when}`, view);
  },
};
