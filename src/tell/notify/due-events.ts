import { sessionRevived } from '../../core/drift/session-revived.ts';
import type { NotifierSettings } from '../../config/notifier-settings.ts';
import type { Cursor, Event, LoggedDrift } from '../../log/log.ts';
import { graceUntil } from '../grace.ts';
import { newsFor } from '../news.ts';
import { cameBack } from './came-back.ts';
import type { NoticeEvent } from './notice-schema.ts';

export interface Due {
  /** What is to be told, oldest first. */
  readonly events: readonly NoticeEvent[];
  /** Where the reader stands once all of it was delivered. */
  readonly next: Cursor;
  /** When the first event that is held back may be told; ms since 1970. `null`: none is. */
  readonly heldUntil: number | null;
}

export interface DueOptions {
  readonly settings: Pick<NotifierSettings, 'on' | 'workspaces'>;
  readonly graceMs: number;
  /** ms since 1970. */
  readonly now: number;
}

/**
 * Returns what a notifier has not told yet, of the kinds and workspaces that its settings name. A death is left out once
 * its sessions run again, unless the notifier tells of their return too.
 */
export function dueEvents(all: readonly Event[], cursor: Cursor, { settings, graceMs, now }: DueOptions): Due {
  const { on, workspaces } = settings;
  // What belongs to no workspace, such as a mass event or a blind source, concerns all of them.
  const wants = ({ kind, workspace }: { readonly kind: string; readonly workspace: string | null }): boolean =>
    on.includes(kind) && (workspaces === null || workspace === null || workspaces.includes(workspace));
  const grace = graceUntil(graceMs, now);
  const openedAt = new Map<string, number>();
  const news = newsFor(
    all,
    cursor,
    (drift, at) => {
      openedAt.set(drift.id, at);
      return wants(drift) ? grace(drift, at) : 0;
    },
    now,
  );
  const resolvedAt = new Map(
    all.flatMap((event) => (event.kind === 'resolved' ? [[event.id, event.at] as const] : [])),
  );
  const wanted = news.opened.filter(wants);
  const isOver = on.includes(sessionRevived.name) || wanted.length === 0 ? () => false : cameBack(all);
  const events = [
    ...wanted.filter((drift) => !isOver(drift)).map((drift) => opened(drift, openedAt.get(drift.id) ?? now)),
    ...news.resolved
      .filter(({ drift }) => wants(drift))
      .map(({ drift, message }) => resolved(drift, message, resolvedAt.get(drift.id))),
    ...all.flatMap((event) =>
      event.kind === 'finished' && event.position >= cursor.position && wants(event) ? [finished(event)] : [],
    ),
  ];
  return {
    events: events.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)),
    next: news.next,
    heldUntil: news.heldUntil,
  };
}

function opened(drift: LoggedDrift, at: number): NoticeEvent {
  const { message, resume } = drift;
  return {
    ...about(drift),
    state: 'opened',
    at: new Date(at).toISOString(),
    message,
    ...(resume === undefined ? {} : { resume }),
  };
}

function resolved(drift: LoggedDrift, message: string, at = ''): NoticeEvent {
  return { ...about(drift), state: 'resolved', at, message };
}

function about({ id, kind, session, sessions, workspace, agent }: LoggedDrift) {
  return { id, kind, session, ...(sessions === undefined ? {} : { sessions }), workspace, agent };
}

function finished({
  event,
  at,
  session,
  workspace,
  agent,
  message,
}: Extract<Event, { kind: 'finished' }>): NoticeEvent {
  return { id: event, kind: 'finished', state: 'opened', at, session, workspace, agent, message };
}
