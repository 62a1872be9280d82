import type { ComponentChildren } from 'preact';
import type { HistoryRow } from '../../../operations/answers/history.ts';
import type { PageSession } from '../../page-data.ts';
import { sinceOf } from '../words/standing.ts';
import { momentOf } from '../words/when.ts';
import { Copy } from './copy.tsx';
import { EventItem } from './event-item.tsx';

interface DetailProps {
  readonly id: string;
  readonly session: PageSession;
  readonly events: readonly HistoryRow[];
  readonly now: number;
}

const mostEvents = 5;

/** Everything that is known of one session. */
export function SessionDetail({ id, session, events, now }: DetailProps) {
  const since = sinceOf(session);
  const started = session.since === null ? null : momentOf(Date.parse(session.since), now);
  const own = events.filter(({ sessions }) => sessions.includes(session.session)).slice(-mostEvents);
  return (
    <div class="detail" id={id}>
      <dl>
        <Fact name="State">{session.state}</Fact>
        <Fact name="Since">
          {since === null ? null : `${since.isLeast ? 'at least ' : ''}${momentOf(since.at, now)}`}
        </Fact>
        <Fact name="Waits for">{session.waiting_for}</Fact>
        <Fact name={session.liveness === 'alive' ? 'Agent started' : 'Ended'}>{started}</Fact>
        <Fact name="Status in the registry">{session.status}</Fact>
        <Fact name="Conversation">{session.id === null ? null : <Copy text={session.id} what="the id" shows />}</Fact>
        <Fact name="Job">{session.job}</Fact>
        <Fact name="Place">{session.place}</Fact>
        <Fact name="Why unknown">{session.reason}</Fact>
        <Fact name="What would settle it">{session.cure}</Fact>
        <Fact name="Resume with">
          {session.resume === null ? null : <Copy text={session.resume} what="the resume command" shows />}
        </Fact>
      </dl>
      {own.length > 0 && (
        <ol class="events">
          {own.toReversed().map((event) => (
            <EventItem key={event.event} event={event} now={now} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (children === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
