import type { Band } from '../../../core/timeline/bands.ts';
import type { PageSession } from '../../page-data.ts';

/** How a session stands, in one word: what its colour and its pattern say. */
export type Standing = Exclude<Band['what'], 'unwatched'>;

export function standingOf({ liveness, activity }: Pick<PageSession, 'liveness' | 'activity'>): Standing {
  if (liveness !== 'alive') return liveness;
  return activity === null || activity === 'unknown' ? 'alive' : activity;
}

export function needsYou(session: PageSession): boolean {
  return standingOf(session) === 'waiting';
}

/** What a band or a session is called. */
export const names: Readonly<Record<Band['what'], string>> = {
  waiting: 'needs you',
  working: 'working',
  idle: 'idle',
  shell: 'shell',
  exited: 'agent exited',
  alive: 'alive',
  gone: 'gone',
  unknown: 'unknown',
  unwatched: 'not watched',
};

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

/** The groups of the filter, each with the standings in it. */
export const groups = {
  'needs you': ['waiting'],
  working: ['working'],
  idle: ['idle'],
  // What it does is not known: it must not count as idle.
  alive: ['alive', 'shell'],
  down: ['gone', 'exited'],
  unknown: ['unknown'],
} as const satisfies Record<string, readonly Standing[]>;
export type Group = keyof typeof groups;
export const groupNames = Object.keys(groups) as readonly Group[];

export function groupOf(session: PageSession): Group {
  const standing = standingOf(session);
  return groupNames.find((name) => (groups[name] as readonly Standing[]).includes(standing)) ?? 'unknown';
}

/** The label of a session; the registry may say more of it than whether it lives: `left alone`, `elsewhere (lab1)`. */
export function labelOf(session: PageSession): string {
  const standing = standingOf(session);
  const [said = ''] = session.state.split(' · ');
  return standing === 'unknown' || standing === 'gone' || said === 'left alone' ? said : names[standing];
}

/** What stands below the label: what it waits for, its job, or why nothing is known. */
export function detailOf(session: PageSession): string | null {
  if (needsYou(session)) return session.waiting_for;
  const [, ...rest] = session.state.split(' · ');
  return rest.length > 0 ? rest.join(' · ') : session.reason;
}

/** Returns since when it stands so (ms since 1970), and whether it may be so for longer; `null`: not known. */
export function sinceOf({ state_since: since, seen_since: seen }: PageSession): Since | null {
  const said = since ?? seen;
  return said === null ? null : { at: Date.parse(said), isLeast: since === null };
}

export interface Since {
  readonly at: number;
  readonly isLeast: boolean;
}
