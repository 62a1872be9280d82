import { isRunning } from './drift/session-revived.ts';
import type { Edit } from './drift.ts';
import { keyOf } from './entry.ts';
import { paneEdits } from './pane-edits.ts';
import type { EntryView, View } from './view.ts';

/** Repairs that are nobody's news: a session that was killed and made again, an agent that is back. */
export function silentEdits(view: View): readonly Edit[] {
  return view.entries
    .filter((one) => one.unsettled === null)
    .flatMap((one) => [newPane(one), formerVisibleStatus(one)])
    .filter((edits) => edits.length > 0 && view.heldBack('', edits) === null)
    .flat();
}

function newPane({ entry, found, moved }: EntryView): readonly Edit[] {
  const pid = entry.pane?.pid ?? null;
  if (entry.status !== 'running' || found === null || moved || pid === null || found.pane.dead) return [];
  const stillThere = found.session.panes.some((pane) => pane.pid === pid && !pane.dead);
  return stillThere ? [] : paneEdits(entry, found.pane);
}

function formerVisibleStatus(one: EntryView): readonly Edit[] {
  const { entry, memory, agentProcess } = one;
  if (entry.lastVisibleStatus !== 'agent-exited' || agentProcess === null) return [];
  if (!isRunning(one)) return [];
  const to = memory?.formerVisibleStatus ?? null;
  return [
    {
      op: 'set',
      entry: keyOf(entry),
      path: ['last_visible_status'],
      from: 'agent-exited',
      to,
    },
  ];
}
