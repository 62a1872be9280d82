import type { PageHost } from '../../page-data.ts';
import type { Find } from '../words/find.ts';
import { momentOf } from '../words/when.ts';

interface HostsProps {
  readonly hosts: readonly PageHost[];
  readonly find: Find;
  readonly now: number;
}

/** What other hosts tell of their sessions. An offline host knows nothing of them: they are unknown. */
export function Hosts({ hosts, find, now }: HostsProps) {
  const found = hosts.filter((one) =>
    find(one.host, ...one.sessions.map(({ session, state }) => `${session} ${state}`)),
  );
  if (found.length === 0) {
    return <p class="nothing">{hosts.length === 0 ? 'No other host tells of its sessions.' : 'No host fits.'}</p>;
  }
  return (
    <ul class="hosts">
      {found.map(({ host, online, since, sessions }) => (
        <li key={host} data-online={online}>
          <h3>
            {host} <span class="kind">{online ? 'online' : 'offline'}</span>
            {since !== null && <span class="dim"> since {momentOf(Date.parse(since), now)}</span>}
          </h3>
          <ul>
            {sessions.map(({ session, liveness, state }) => (
              <li key={session}>
                <span class="name">{session}</span>
                <span class="label" data-liveness={online ? liveness : 'unknown'}>
                  {online ? (state ?? liveness) : 'unknown'}
                </span>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
