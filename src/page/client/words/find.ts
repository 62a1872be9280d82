import type { PageData, PageHost, PageSession } from '../../page-data.ts';

type Event = PageData['events'][number];

/** Decides whether one text has every word of the query; letters in any case. */
export type Find = (...texts: readonly (string | null | undefined)[]) => boolean;

export function finder(query: string): Find {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (...texts) => {
    const whole = texts.join('\n').toLowerCase();
    return words.every((word) => whole.includes(word));
  };
}

export function findsSession(find: Find, one: PageSession): boolean {
  const { session, workspace, agent, state, id, job, resume, place, reason, cure, waiting_for: reasonToWait } = one;
  return find(session, workspace, agent, state, id, job, resume, place, reason, cure, reasonToWait);
}

export function findsEvent(find: Find, { message, kind, what, sessions, event, resume }: Event): boolean {
  return find(message, kind, what, event, resume, ...sessions);
}

export function findsHost(find: Find, { host, sessions }: PageHost): boolean {
  return find(host, ...sessions.flatMap(({ session, id, job, waiting_for }) => [session, id, job, waiting_for]));
}
