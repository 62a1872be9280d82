import type { Group } from '../model/group.ts';

/** A session as JSON has it. */
interface StateFacts {
  readonly group: Group;
  readonly state: string;
}

/**
 * Returns the state of a session in the words for people. The entry of a death says `terminated` as soon as a monitor
 * has written it; people read `gone` as long as that is news.
 */
export function shownState({ group, state }: StateFacts): string {
  return group === 'gone' ? state.replace(/^terminated/, 'gone') : state;
}

/** Does the same without how long it waits, for a table that says so beside it: `needs you: permission prompt`. */
export function shownStateAlone(facts: StateFacts): string {
  const text = shownState(facts);
  return facts.group === 'needs-you' ? text.replace(/^needs you (<1m|\d+[mhd])/, 'needs you') : text;
}
