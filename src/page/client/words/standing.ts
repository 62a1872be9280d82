import { bandNames, type Band } from '../../../core/timeline/bands.ts';
import { shownState } from '../../../core/words/shown-state.ts';
import { momentOf } from './when.ts';
import type { SessionRow } from '../../../operations/answers/sessions.ts';
import type { PageHostSession, PageSession } from '../../page-data.ts';

/** How a session stands, in one word: what its colour and its pattern say. */
export type Standing = Exclude<Band['what'], 'unwatched'>;

export function standingOf({ group, liveness }: Pick<SessionRow, 'group' | 'liveness'>): Standing {
  switch (group) {
    case 'needs-you':
      return 'waiting';
    case 'elsewhere':
      return 'unknown';
    case 'terminated':
      return 'gone';
    case 'left-alone':
      return liveness;
    case 'working':
    case 'idle':
    case 'shell':
    case 'alive':
    case 'exited':
    case 'gone':
    case 'unknown':
      return group;
  }
}

/** Does the same for a session of another host. */
export function standingThere({ liveness, activity }: PageHostSession): Standing {
  if (liveness !== 'alive') return liveness;
  return activity === null || activity === 'unknown' ? 'alive' : activity;
}

export function needsYou({ group }: PageSession): boolean {
  return group === 'needs-you';
}

/** What a band means, for the legend. */
export const meanings: Readonly<Record<Band['what'], string>> = {
  waiting: 'the agent waits for you',
  working: 'the agent works',
  idle: 'the agent has finished and waits for a new task',
  shell: 'a shell is in the foreground',
  exited: 'the agent has ended, its terminal lives',
  alive: 'it lives, what it does is not known',
  gone: 'the session is gone',
  unknown: 'it could not be seen',
  unwatched: 'no monitor watched: nothing is known of this time',
};

/** The label of a session, the first clause of the words that `asm status` has for it. */
export function labelOf(session: PageSession, now: number): string {
  // How long it waits stands beside it.
  return needsYou(session) ? bandNames.waiting : (clausesOf(session, now)[0] ?? '');
}

/** What stands below the label: what it waits for, its job, or why nothing is known. */
export function detailOf(session: PageSession, now: number): string | null {
  const [, ...rest] = clausesOf(session, now);
  const clauses = needsYou(session) && session.waiting_for !== null ? [session.waiting_for, ...rest] : rest;
  return clauses.length > 0 ? clauses.join(' · ') : session.reason;
}

function clausesOf(session: PageSession, now: number): readonly string[] {
  return shownState(session, (ms) => momentOf(ms, now)).split(' · ');
}

/** Returns since when it stands so (ms since 1970), and whether it may be so for longer; `null`: not known. */
export function sinceOf({
  state_since: since,
  seen_since: seen,
}: Pick<SessionRow, 'state_since' | 'seen_since'>): Since | null {
  const said = since ?? seen;
  return said === null ? null : { at: Date.parse(said), isLeast: since === null };
}

export interface Since {
  readonly at: number;
  readonly isLeast: boolean;
}
