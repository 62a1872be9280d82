import type { PageData } from '../../page-data.ts';
import type { Hub } from '../link/hub.ts';
import type { Find } from '../words/find.ts';
import { Card } from './card.tsx';
import { Hosts } from './hosts.tsx';
import { Log } from './log.tsx';
import type { Panel } from './tabs.tsx';

interface RailProps {
  readonly hub: Hub;
  readonly data: PageData;
  readonly find: Find;
  readonly now: number;
  readonly panel: Exclude<Panel, 'sessions'>;
}

const titles = { log: 'Log', card: 'Card', hosts: 'Other hosts' } as const;

export function Rail({ hub, data, find, now, panel }: RailProps) {
  return (
    <aside class="rail" aria-label={titles[panel]} data-panel={panel} tabIndex={0}>
      <h2 class="hidden">{titles[panel]}</h2>
      {panel === 'log' && <Log events={data.events} find={find} now={now} />}
      {panel === 'card' && <Card hub={hub} card={data.card} find={find} now={now} />}
      {panel === 'hosts' && <Hosts hosts={data.hosts} find={find} now={now} />}
    </aside>
  );
}
