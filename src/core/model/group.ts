import { autoDetected, isLeftAlone, type Entry } from './entry.ts';
import type { Verdict } from './plan.ts';

/** What a session is to its user, in the order in which people are shown them. */
export const groups = [
  'needs-you',
  'working',
  'idle',
  /** The agent's turn is over, and a shell that it started still runs. */
  'shell',
  /** It lives, and its agent does not say what it does. */
  'alive',
  'exited',
  'gone',
  'unknown',
  'elsewhere',
  'left-alone',
  'terminated',
] as const;
export type Group = (typeof groups)[number];

/** How long a death that the user did not make is shown as news; ms. */
const freshMs = 24 * 60 * 60_000;

type EntryFacts = Pick<Entry, 'status' | 'halfTyped' | 'ignore' | 'terminatedAt' | 'terminationMode'>;
type VerdictFacts = Pick<Verdict, 'liveness' | 'elsewhere' | 'activity' | 'outlives'>;

/**
 * Returns the group of a session. A death that a monitor found and wrote stays in `gone` for a day: the entry says
 * `terminated` at once, and its user has not heard of it yet.
 * @param now ms since 1970
 */
export function groupOf(entry: EntryFacts, verdict: VerdictFacts | null, now: number): Group {
  if (isLeftAlone(entry)) return 'left-alone';
  if (verdict === null) return 'unknown';
  if (entry.status === 'terminated') return groupOfTerminated(entry, verdict, now);
  if (verdict.elsewhere !== null) return 'elsewhere';
  return verdict.liveness === 'alive' ? groupByActivity(verdict.activity) : verdict.liveness;
}

function groupOfTerminated({ terminatedAt, terminationMode }: EntryFacts, verdict: VerdictFacts, now: number): Group {
  if (verdict.elsewhere !== null) return 'terminated';
  // What its agent does is not asked of a session that is to be over. One that was made later runs again: it is what it
  // is, also before a pass has written so.
  if (verdict.liveness === 'alive') return verdict.outlives ? 'alive' : groupByActivity(verdict.activity);
  const isNews = terminationMode === autoDetected && terminatedAt !== null && now - terminatedAt < freshMs;
  return isNews ? 'gone' : 'terminated';
}

function groupByActivity(activity: Verdict['activity']): Group {
  switch (activity) {
    case 'waiting':
      return 'needs-you';
    case 'working':
    case 'idle':
    case 'shell':
    case 'exited':
      return activity;
    case null:
      return 'alive';
  }
}
