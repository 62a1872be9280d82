import type { PageData } from '../../page-data.ts';
import { findsEvent, findsHost, findsSession, type Find } from '../words/find.ts';

export type Panel = 'sessions' | 'log' | 'card' | 'hosts';

interface TabsProps {
  readonly data: PageData;
  readonly find: Find;
  readonly panel: Panel;
  /** The sessions stand beside the other panels and need no tab. */
  readonly isWide: boolean;
  readonly onPanel: (panel: Panel) => void;
}

/** Says of each panel how much of it the search finds. */
export function Tabs({ data, find, panel, isWide, onPanel }: TabsProps) {
  const { sessions, events, card, hosts } = data;
  const tabs: readonly (readonly [Panel, string, number])[] = [
    ['sessions', 'Sessions', sessions.filter((one) => findsSession(find, one)).length],
    ['log', 'Log', events.filter((one) => findsEvent(find, one)).length],
    ['card', 'Card', card?.comments.filter(({ author, body }) => find(author, body)).length ?? 0],
    ['hosts', 'Hosts', hosts.list.filter((one) => findsHost(find, one)).length],
  ];
  return (
    <nav class="tabs" aria-label="Panels">
      {tabs.slice(isWide ? 1 : 0).map(([name, title, count]) => (
        <button
          key={name}
          type="button"
          data-tab={name}
          aria-current={panel === name ? 'true' : undefined}
          onClick={() => onPanel(name)}
        >
          {title} <span class="count">{count}</span>
        </button>
      ))}
    </nav>
  );
}
