import { useEffect, useRef, useState } from 'preact/hooks';
import type { Hub } from './link/hub.ts';
import { useKnown, useNow, useWide } from './view/use-known.ts';
import { Banners, bannersIn } from './view/banners.tsx';
import { Header } from './view/header.tsx';
import { Locked } from './view/locked.tsx';
import { Patterns } from './view/patterns.tsx';
import { Rail } from './view/rail.tsx';
import { Sessions } from './view/sessions.tsx';
import { Tabs, type Panel } from './view/tabs.tsx';
import { groupWord } from '../../core/words/counts.ts';
import { finder } from './words/find.ts';
import { needsYou } from './words/standing.ts';

/** The whole page. On a wide screen the sessions stand beside one other panel; on a narrow one a panel stands alone. */
export function App({ hub }: { readonly hub: Hub }) {
  const known = useKnown(hub);
  const now = useNow(hub);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<Panel>('sessions');
  const isWide = useWide();
  const panel = isWide && chosen === 'sessions' ? 'log' : chosen;
  const search = useRef<HTMLInputElement>(null);
  useKeys(search, () => setQuery(''));
  const { data, link } = known;
  const waiting = data?.sessions.filter(needsYou).length ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ${groupWord('needs-you', waiting)}` : 'agent sessions'}${data === null ? '' : ` · ${data.host}`}`;
  }, [waiting, data?.host]);

  if (data === null) return link.kind === 'locked' ? <Locked link={link} /> : <Opening link={link} />;
  const find = finder(query);
  return (
    <>
      <Patterns />
      <Header hub={hub} data={data} link={link} search={search} query={query} onQuery={setQuery}>
        <Banners data={data} link={link} now={now} />
      </Header>
      <div class="columns" data-banners={bannersIn({ data, link })}>
        <Tabs data={data} find={find} panel={panel} isWide={isWide} onPanel={setChosen} />
        <main>{(isWide || panel === 'sessions') && <Sessions hub={hub} known={known} now={now} query={query} />}</main>
        {panel !== 'sessions' && <Rail hub={hub} data={data} find={find} now={now} panel={panel} />}
      </div>
      <p role="status" class="hidden">
        {waiting === 0 ? 'No session needs you' : `${waiting} ${groupWord('needs-you', waiting)}`}
      </p>
    </>
  );
}

function Opening({ link }: { readonly link: { readonly kind: string } }) {
  return (
    <main class="alone" aria-busy="true">
      <h1>agent sessions</h1>
      <p>
        {link.kind === 'connecting' ? 'Looking at the sessions …' : 'The server does not answer. It is asked again.'}
      </p>
    </main>
  );
}

/** `/` goes to the search from everywhere but a text box; Esc empties it and leaves. */
function useKeys(search: { readonly current: HTMLInputElement | null }, clear: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select');
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.current?.focus();
        search.current?.select();
      }
      if (event.key === 'Escape' && event.target === search.current) {
        clear();
        search.current?.blur();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
