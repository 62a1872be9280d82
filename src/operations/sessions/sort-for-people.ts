import { groups, type Group } from '../../core/model/group.ts';
import type { SessionRow } from '../answers/sessions.ts';

/**
 * Returns the sessions in the order for people: by group, the longest waiting first, what ended or became idle last
 * first, and else as given.
 */
export function sortForPeople<
  Session extends {
    readonly group: Group;
    readonly row: Pick<SessionRow, 'state_since' | 'seen_since'>;
  },
>(sessions: readonly Session[]): readonly Session[] {
  return sessions.toSorted((one, other) => {
    const order = groups.indexOf(one.group) - groups.indexOf(other.group);
    return order === 0 ? orderInGroup(one.group, sortKey(one.row), sortKey(other.row)) : order;
  });
}

function sortKey({ state_since, seen_since }: Pick<SessionRow, 'state_since' | 'seen_since'>): string | null {
  return state_since ?? seen_since;
}

function orderInGroup(group: Group, one: string | null, other: string | null): number {
  const newestFirst = group === 'idle' || group === 'gone' || group === 'terminated';
  if ((group !== 'needs-you' && !newestFirst) || one === other) return 0;
  // A time that is not known comes last.
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other === newestFirst ? 1 : -1;
}
