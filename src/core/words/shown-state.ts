import type { Group } from '../model/group.ts';

/** A session as JSON has it. */
interface StateFacts {
  readonly group: Group;
  readonly state: string;
  readonly snoozed: { readonly until: string | null } | null;
}

/**
 * Returns the state of a session in the words for people. The entry of a death says `terminated` as soon as a monitor
 * has written it; people read `gone` as long as that is news. A waiting that is not told says so.
 * @param timeText words a time in the zone of the reader; ms since 1970
 */
export function shownState(facts: StateFacts, timeText: (ms: number) => string): string {
  const { group, state } = facts;
  switch (group) {
    case 'gone':
      return state.replace(/^terminated/, 'gone');
    case 'needs-you':
      return state + snoozeText(facts, timeText);
    default:
      return state;
  }
}

/** Does the same without how long it waits, for a table that says so beside it: `needs you: permission prompt`. */
export function shownStateAlone(facts: StateFacts, timeText: (ms: number) => string): string {
  const text = shownState(facts, timeText);
  return facts.group === 'needs-you' ? text.replace(/^needs you (<1m|\d+[mhd])/, 'needs you') : text;
}

function snoozeText({ snoozed }: StateFacts, timeText: (ms: number) => string): string {
  if (snoozed === null) return '';
  return ` · snoozed${snoozed.until === null ? '' : ` until ${timeText(Date.parse(snoozed.until))}`}`;
}
