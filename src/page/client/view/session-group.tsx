import type { HistoryRow } from '../../../operations/answers/history.ts';
import type { PageSession, TimelineAnswer } from '../../page-data.ts';
import type { TimelineRow } from './track.tsx';
import { SessionRow } from './session-row.tsx';

interface GroupProps {
  /** `null`: those that need the user. */
  readonly name: string | null;
  readonly sessions: readonly PageSession[];
  readonly rows: ReadonlyMap<string, TimelineRow>;
  readonly timeline: TimelineAnswer | null;
  readonly events: readonly HistoryRow[];
  readonly now: number;
  readonly opened: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  readonly host: string;
}

export function SessionGroup(props: GroupProps) {
  const { name, sessions, rows, timeline, events, now, opened, toggle, host } = props;
  return (
    <section class={name === null ? 'group urgent' : 'group'} aria-label={name ?? 'Need you'}>
      <h2>
        {name ?? 'Need you'} <span class="count">{sessions.length}</span>
      </h2>
      <ul>
        {sessions.map((session) => (
          <SessionRow
            key={session.key}
            session={session}
            row={rows.get(session.key) ?? null}
            from={timeline?.from ?? 0}
            to={timeline?.to ?? 0}
            now={now}
            isOpen={opened.has(session.key)}
            events={opened.has(session.key) ? events : none}
            toggle={toggle}
            host={host}
            showsWorkspace={name === null}
          />
        ))}
      </ul>
    </section>
  );
}

/** A closed row shows no events, and news must not draw it anew. */
const none: readonly HistoryRow[] = [];
