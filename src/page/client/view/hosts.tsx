import { bandNames } from '../../../core/timeline/bands.ts';
import type { PageHost, PageHosts, PageHostSession } from '../../page-data.ts';
import { findsHost, type Find } from '../words/find.ts';
import { standingThere } from '../words/standing.ts';
import { momentOf, span } from '../words/when.ts';
import { Mark } from './mark.tsx';

interface HostsProps {
  readonly hosts: PageHosts;
  readonly find: Find;
  readonly now: number;
}

/** What other hosts tell of their sessions. An offline host knows nothing of them: they are unknown. */
export function Hosts({ hosts: { list, trouble }, find, now }: HostsProps) {
  const found = list.filter((one) => findsHost(find, one));
  return (
    <>
      {trouble !== null && (
        <p class="hosts-trouble" role="status">
          The broker tells nothing now: {trouble}. Its hosts are shown as it last told them.
        </p>
      )}
      {found.length === 0 && (
        <p class="nothing">{list.length === 0 ? 'No other host tells of its sessions.' : 'No host fits.'}</p>
      )}
      <ul class="hosts">
        {found.map((host) => (
          <Host key={host.host} {...host} now={now} />
        ))}
      </ul>
    </>
  );
}

function Host({ host, online, since, lost, reason, sessions, now }: PageHost & { readonly now: number }) {
  return (
    <li data-host={host} data-online={online}>
      <h3>
        {host} <span class="kind">{online ? 'online' : 'offline'}</span>
        {since !== null && (
          <span class="dim">
            {` since ${lost ? 'some time after ' : ''}`}
            {momentOf(Date.parse(since), now)}
          </span>
        )}
      </h3>
      {reason !== undefined && <p class="dim">It did not answer: {reason}</p>}
      <ul>
        {sessions.map((session, index) => (
          // Two sessions of a host may share a name: they are on two sockets.
          <HostSession key={`${session.session} ${index}`} session={session} now={now} />
        ))}
      </ul>
    </li>
  );
}

function HostSession({ session, now }: { readonly session: PageHostSession; readonly now: number }) {
  const standing = standingThere(session);
  return (
    <li data-session={session.session} data-standing={standing}>
      <Mark standing={standing} />
      <span class="name" title={session.session}>
        {session.session}
      </span>
      <span class="label">{wordsOf(session, now)}</span>
    </li>
  );
}

/** Says how it stands: `needs you 12m: permission prompt`. */
function wordsOf(session: PageHostSession, now: number): string {
  const { status, liveness, waiting_for: reason, waiting_since: since } = session;
  const standing = standingThere(session);
  if (status === 'terminated' && liveness === 'gone') return 'terminated';
  if (standing !== 'waiting') return bandNames[standing];
  const how = since === null ? '' : ` ${span(Math.max(0, now - Date.parse(since)))}`;
  return `${bandNames[standing]}${how}${reason === null ? '' : `: ${reason}`}`;
}
