import { groups, type Group } from '../model/group.ts';

/** Returns `2 need you · 5 working · 20 idle`: how many sessions are in each group, without those that are empty. */
export function groupCounts(sessions: readonly Group[], of: readonly Group[] = groups): string {
  return of
    .map((group) => ({ group, count: sessions.filter((one) => one === group).length }))
    .flatMap(({ group, count }) => (count === 0 ? [] : [`${count} ${groupWord(group, count)}`]))
    .join(' · ');
}

/** What a user may want to act on, or waits for. */
const busy = ['needs-you', 'working', 'exited', 'gone', 'unknown'] as const;
const quiet = ['idle', 'shell', 'alive'] as const;

/**
 * Returns the status line: `2 need you · 5 working · 1 gone`; if nothing happens, what is quiet: `12 idle`; empty
 * without sessions. It holds counts and fixed words only: tmux would read a `#` of a session's name.
 */
export function statusLine(sessions: readonly Group[]): string {
  return groupCounts(sessions, busy) || groupCounts(sessions, quiet);
}

/** Returns what a group of so many sessions is called: `needs you`, `need you`, `agents exited`. */
export function groupWord(group: Group, count: number): string {
  switch (group) {
    case 'needs-you':
      return count === 1 ? 'needs you' : 'need you';
    case 'exited':
      return count === 1 ? 'agent exited' : 'agents exited';
    case 'left-alone':
      return 'left alone';
    case 'working':
    case 'idle':
    case 'shell':
    case 'alive':
    case 'gone':
    case 'unknown':
    case 'elsewhere':
    case 'terminated':
      return group;
  }
}
