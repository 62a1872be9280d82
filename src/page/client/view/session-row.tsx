import { useId } from 'preact/hooks';
import type { HistoryRow } from '../../../operations/answers/history.ts';
import type { PageSession } from '../../page-data.ts';
import { detailOf, labelOf, sinceOf, standingOf } from '../words/standing.ts';
import { momentOf, span } from '../words/when.ts';
import { Copy } from './copy.tsx';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import { SessionDetail } from './session-detail.tsx';
import { still } from './still.ts';
import { Track, type TimelineRow } from './track.tsx';

export interface SessionRowProps {
  readonly session: PageSession;
  readonly row: TimelineRow | null;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly isOpen: boolean;
  readonly events: readonly HistoryRow[];
  readonly toggle: (key: string) => void;
  readonly host: string;
  readonly showsWorkspace: boolean;
}

export const SessionRow = still(function SessionRow(props: SessionRowProps) {
  const { session, row, from, to, now, isOpen, events, toggle, host, showsWorkspace } = props;
  const standing = standingOf(session);
  const detail = useId();
  return (
    <li class="row" data-session={session.session} data-standing={standing} data-open={isOpen}>
      <button
        type="button"
        class="row-name"
        aria-expanded={isOpen}
        aria-controls={isOpen ? detail : undefined}
        onClick={() => toggle(session.key)}
      >
        <Icon name="open" />
        <Mark standing={standing} />
        <span class="row-title">
          <SessionName session={session} />
          <span class="row-facts">{factsOf(session, host, showsWorkspace)}</span>
        </span>
      </button>
      <StateCell session={session} now={now} />
      <Track row={row} from={from} to={to} name={session.session} />
      <div class="row-copy">
        {session.resume !== null && <Copy text={session.resume} what={`the resume command of ${session.session}`} />}
      </div>
      {isOpen && <SessionDetail id={detail} session={session} events={events} now={now} />}
    </li>
  );
});

/** The workspace stands above the row already: its part of the name is quiet. */
function SessionName({ session: { session, workspace } }: { readonly session: PageSession }) {
  const isPrefix = workspace !== null && session.startsWith(workspace) && session.length > workspace.length;
  return (
    <span class="name" title={session}>
      {isPrefix ? (
        <>
          <span class="prefix">{workspace}</span>
          <span class="suffix">{session.slice(workspace.length)}</span>
        </>
      ) : (
        <span class="suffix">{session}</span>
      )}
    </span>
  );
}

function StateCell({ session, now }: { readonly session: PageSession; readonly now: number }) {
  const since = sinceOf(session);
  const detail = detailOf(session, now);
  return (
    <div class="row-state">
      <span class="state-line">
        <span class="label">{labelOf(session, now)}</span>
        {since !== null && (
          <time
            class="age"
            dateTime={new Date(since.at).toISOString()}
            title={`${since.isLeast ? 'at least ' : ''}since ${momentOf(since.at, now)}`}
          >
            {span(Math.max(0, now - since.at)) + (since.isLeast ? '+' : '')}
          </time>
        )}
      </span>
      {detail !== null && (
        <span class="row-facts" title={detail}>
          {detail}
        </span>
      )}
    </div>
  );
}

function factsOf(session: PageSession, host: string, showsWorkspace: boolean): string {
  const { agent, id, job, place, workspace } = session;
  const facts = [
    showsWorkspace ? workspace : null,
    agent,
    id === null ? null : id.slice(0, 8),
    job === null ? null : `job ${job}`,
    place === null || place === host ? null : `on ${place}`,
  ];
  return facts.filter((fact) => fact !== null).join(' · ');
}
