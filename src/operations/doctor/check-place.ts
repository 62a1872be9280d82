import type { UnreachableServer } from '../../core/model/observation.ts';
import type { PassReport } from '../context.ts';
import { bad, good, type Finding } from '../../system/finding.ts';

/**
 * Checks whether sessions may be where this place cannot look: in another place, or on a tmux server that cannot be
 * asked from here.
 */
export function checkPlace(report: PassReport | null, unreachable: readonly UnreachableServer[]): readonly Finding[] {
  if (report === null) return [];
  const { observation, document } = report;
  const unplaced = document.blind.find(({ source }) => source === 'place');
  const { borrowed } = observation.place;
  const place =
    unplaced === undefined
      ? borrowed === null
        ? []
        : [good('place', `a borrowed place: ${borrowed}; no session here is in doubt for it`)]
      : [bad('place', unplaced.reason, unplaced.cure)];
  const hiding = new Set(observation.unreachable.map(({ pid }) => pid));
  const servers = unreachable.map(({ pid, reason, cure }) =>
    hiding.has(pid)
      ? bad('tmux-server', reason, cure)
      : good('tmux-server', `${reason}; it hides nothing, for every session was seen elsewhere`),
  );
  return [...place, ...servers];
}
