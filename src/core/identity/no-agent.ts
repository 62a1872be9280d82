import { titleOf } from '../model/agent.ts';
import type { Entry } from '../model/entry.ts';
import type { PlanInput } from '../model/plan.ts';
import type { Absence, Identity } from '../model/view.ts';
import { otherAgentIn } from '../place/other-agent.ts';
import type { PaneState } from '../place/pane-of-entry.ts';
import { notProven } from './not-proven.ts';

/**
 * Answers where the entry's agent was not found: none is there only if its session is gone, or its pane was seen to be
 * left by it. A pane that could not be seen says nothing.
 */
export function noAgent(
  entry: Entry,
  paneState: PaneState | null,
  absence: Absence | null,
  { observation, settings }: Pick<PlanInput, 'observation' | 'settings'>,
): Identity {
  if (absence?.liveness === 'unknown') {
    const reason = absence.doubt?.reason ?? 'nothing was seen of it';
    return notProven(absence.unseen.length === 0 ? reason : unseen(reason));
  }
  if (paneState === null) return notProven('its session is gone');
  const other = otherAgentIn(paneState, entry, observation);
  if (other !== null) {
    const named =
      entry.agent === null ? ', and the entry names no known agent' : `, not ${titleOf(entry.agent, settings.agents)}`;
    const runs = `${titleOf(other.agent, settings.agents)} runs in its pane (pid ${other.pid})`;
    return notProven(`${runs}${named}: if it stays there, write \`agent: ${other.agent}\` into the entry`);
  }
  const pid = paneState.pane.dead ? null : paneState.pane.pid;
  if (pid === null || paneState.deserted) return notProven('no agent runs in its pane');
  if (paneState.tree !== null) return notProven('no agent is seen in its pane');
  const seen = observation.panes.get(pid);
  return notProven(unseen(seen !== undefined && 'blind' in seen ? seen.blind : 'its processes were not looked at'));
}

function unseen(reason: string): string {
  return `its pane cannot be seen: ${reason}`;
}
