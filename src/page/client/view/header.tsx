import type { ComponentChildren, RefObject } from 'preact';
import type { PageData } from '../../page-data.ts';
import type { Link } from '../link/follow.ts';
import type { Hub } from '../link/hub.ts';
import { ageOf, momentOf, span } from '../words/when.ts';
import { Icon } from './icon.tsx';
import { ThemeButton } from './theme.tsx';
import { useNow } from './use-known.ts';

interface HeaderProps {
  readonly hub: Hub;
  readonly data: PageData;
  readonly link: Link;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly children: ComponentChildren;
}

export function Header({ hub, data, link, search, query, onQuery, children }: HeaderProps) {
  return (
    <header class="top">
      <div class="top-line">
        <h1 class="brand" title={`agent-sessions-monitor ${data.version} · ${data.registry}`}>
          <Logo />
          agent sessions
          <span class="host">{data.host}</span>
        </h1>
        <WatchState hub={hub} watch={data.watch} />
        <LinkState hub={hub} link={link} />
        <label class="search">
          <Icon name="search" />
          <span class="hidden">Search sessions, events, comments, hosts</span>
          <input
            ref={search}
            type="search"
            placeholder="Search"
            value={query}
            onInput={(event) => onQuery(event.currentTarget.value)}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <ThemeButton />
      </div>
      {children}
    </header>
  );
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <rect class="logo-a" x="1" y="3" width="11" height="3.4" rx="1.2" />
      <rect class="logo-b" x="6" y="8.3" width="13" height="3.4" rx="1.2" />
      <rect class="logo-c" x="3" y="13.6" width="9" height="3.4" rx="1.2" />
    </svg>
  );
}

function WatchState({ hub, watch }: { readonly hub: Hub; readonly watch: PageData['watch'] }) {
  const now = useNow(hub);
  switch (watch.kind) {
    case 'monitor':
      return (
        <p class="fact" title={`A monitor watches since ${momentOf(watch.since, now)}`}>
          <span class="hidden">A </span>monitor <b>{watch.pid}</b>{' '}
          <span class="dim">for {span(now - watch.since)}</span>
        </p>
      );
    case 'none':
      return <p class="fact warn">no monitor</p>;
  }
}

/** Says how old that is what the page shows. */
function LinkState({ hub, link }: { readonly hub: Hub; readonly link: Link }) {
  const now = useNow(hub, 1_000);
  const { lookedAt } = hub.known;
  const isLive = link.kind === 'live';
  return (
    <p class={isLive ? 'fact live' : 'fact dead'} data-link={link.kind}>
      <span class="pulse" aria-hidden="true" />
      {isLive ? 'live' : 'not live'}{' '}
      <span class="dim">{lookedAt === 0 ? 'not looked yet' : `looked ${ageOf(now - lookedAt)} ago`}</span>
    </p>
  );
}
