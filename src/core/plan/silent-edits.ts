import type { EntryId } from '../model/branded.ts';
import { hasLostAgent } from '../drift/agent-exited.ts';
import { isRunning } from '../place/revival.ts';
import type { Drift, Edit } from '../model/drift.ts';
import { entryId, keyOf } from '../model/entry.ts';
import type { Ledger } from '../model/memory.ts';
import { isLeftBeside } from '../place/pane-of-entry.ts';
import { paneEdits } from '../drift/pane-edits.ts';
import type { EntryView, View } from '../model/view.ts';
import type { Obstacles } from './pins-and-undos.ts';

/** Returns the repairs that are no news: of a session that was killed and made again, of an agent that is back. */
export function silentEdits(view: View, drifts: readonly Drift[], obstacles: Obstacles): readonly Edit[] {
  const exited = new Set(
    drifts
      .filter(({ kind }) => kind === 'agent-exited')
      .flatMap(({ edits }) => edits.map(({ entry }) => entryId(entry))),
  );
  return view.entries
    .filter((one) => one.unsettled === null)
    .flatMap((one) => [newPane(one, exited), formerVisibleStatus(one, view.input.ledger)])
    .filter((edits) => edits.length > 0 && obstacles.against('', edits) === null)
    .flat();
}

/**
 * Returns the edits of a new pane.
 * @param exited entries whose agent this plan marks as exited
 */
function newPane(one: EntryView, exited: ReadonlySet<EntryId>): readonly Edit[] {
  const { entry, found, moved } = one;
  const pid = entry.pane?.pid ?? null;
  if (entry.status !== 'running' || found === null || moved || pid === null || found.pane.dead) return [];
  // The old pane is the proof that an agent ran: it stays until the exit is written.
  if (isLeftBeside(one) || (hasLostAgent(one) && !exited.has(entryId(entry)))) return [];
  const stillThere = found.session.panes.some((pane) => pane.pid === pid && !pane.dead);
  return stillThere ? [] : paneEdits(entry, found.pane);
}

function formerVisibleStatus(one: EntryView, { formerWords }: Pick<Ledger, 'formerWords'>): readonly Edit[] {
  const { entry, memory, agentProcess } = one;
  if (entry.lastVisibleStatus !== 'agent-exited' || agentProcess === null) return [];
  if (!isRunning(one)) return [];
  // The memory may have been deleted meanwhile.
  const to = memory?.formerVisibleStatus ?? formerWords.get(entryId(entry)) ?? null;
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
