import type { Observation } from '../model/observation.ts';
import type { Absence, Identity } from '../model/view.ts';
import type { PaneState } from '../place/pane-of-entry.ts';
import { notProven } from './not-proven.ts';

/**
 * Answers where no agent was found: none is there only if its session is gone, or its pane was seen to be left by it. A
 * pane that could not be seen says nothing.
 */
export function noAgent(
  look: PaneState | null,
  absence: Absence | null,
  { panes }: Pick<Observation, 'panes'>,
): Identity {
  if (absence?.liveness === 'unknown') {
    const reason = absence.doubt?.reason ?? 'nothing was seen of it';
    return notProven(absence.unseen.length === 0 ? reason : unseen(reason));
  }
  const pid = look === null || look.pane.dead ? null : look.pane.pid;
  if (look === null || pid === null || look.deserted) return notProven('no agent runs in its pane');
  if (look.tree !== null) return notProven('no agent is seen in its pane');
  const seen = panes.get(pid);
  return notProven(unseen(seen !== undefined && 'blind' in seen ? seen.blind : 'its processes were not looked at'));
}

function unseen(reason: string): string {
  return `its pane cannot be seen: ${reason}`;
}
