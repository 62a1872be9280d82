import { sessionRevived } from '../../core/drift/session-revived.ts';
import { entryId } from '../../core/model/entry.ts';
import type { EntryId } from '../../core/model/branded.ts';
import { openedBy } from '../../log/event-drifts.ts';
import type { Event, LoggedDrift } from '../../log/log.ts';

/**
 * Returns a function that decides whether everything that a drift marked terminated was seen to run again since. A death
 * that could not be told for hours, as in quiet hours, is then no news.
 */
export function cameBack(all: readonly Event[]): (drift: LoggedDrift) => boolean {
  const opened = openedBy(all);
  const foundAt = new Map<string, number>();
  const backAt = new Map<EntryId, number>();
  for (const event of all) {
    for (const { id, kind, edits } of opened(event)) {
      foundAt.set(id, event.position);
      if (kind !== sessionRevived.name) continue;
      for (const { entry } of edits) backAt.set(entryId(entry), event.position);
    }
  }
  return ({ id, edits }) => {
    const ended = edits.filter((edit) => edit.op === 'set' && edit.to === 'terminated');
    const found = foundAt.get(id) ?? Infinity;
    return ended.length > 0 && ended.every(({ entry }) => (backAt.get(entryId(entry)) ?? -1) > found);
  };
}
