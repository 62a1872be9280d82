import { useCallback, useState } from 'preact/hooks';
import type { PageSession } from '../../page-data.ts';
import type { Hub, Known } from '../link/hub.ts';
import { finder, findsSession } from '../words/find.ts';
import type { Group } from '../../../core/model/group.ts';
import { needsYou } from '../words/standing.ts';
import { Blind } from './blind.tsx';
import { Legend } from './legend.tsx';
import { SessionGroup } from './session-group.tsx';
import { Toolbar } from './toolbar.tsx';
import { Axis } from './axis.tsx';

interface SessionsProps {
  readonly hub: Hub;
  readonly known: Known;
  readonly now: number;
  readonly query: string;
}

/** Shows the sessions that need the user first, then every workspace by its name, so that rows keep their places. */
export function Sessions({ hub, known, now, query }: SessionsProps) {
  const { data, timeline, timelineTrouble, hours } = known;
  const [shown, setShown] = useState<Group | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((key: string) => setOpened((keys) => toggled(keys, key)), []);
  if (data === null) return null;
  const find = finder(query);
  const found = data.sessions.filter((one) => findsSession(find, one));
  const chosen = found.filter((one) => shown === null || one.group === shown);
  const rows = new Map(timeline?.rows.map((row) => [row.key, row]));
  const common = { rows, timeline, events: data.events, now, opened, toggle, host: data.host };
  return (
    <section class="sessions" aria-label="Sessions">
      <Blind blind={data.blind.filter(({ source, reason, cure }) => find(source, reason, cure))} now={now} />
      <Toolbar found={found} shown={shown} onShown={setShown} hours={hours} onHours={(next) => hub.show(next)} />
      <Axis timeline={timeline} trouble={timelineTrouble} />
      {sections(chosen).map(({ name, sessions }) => (
        <SessionGroup key={name ?? '\0'} name={name} sessions={sessions} {...common} />
      ))}
      {chosen.length === 0 && (
        <p class="nothing">
          {data.sessions.length === 0 ? `No session is registered in ${data.registry}.` : 'No session fits.'}
        </p>
      )}
      <Legend />
    </section>
  );
}

/** `name: null` is the section of those that need the user. */
function sections(sessions: readonly PageSession[]): readonly { name: string | null; sessions: PageSession[] }[] {
  const byName = new Map<string, PageSession[]>();
  const waiting: PageSession[] = [];
  for (const one of sessions) {
    const name = one.workspace ?? 'no workspace';
    if (needsYou(one)) waiting.push(one);
    else byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  const rest = [...byName].map(([name, list]) => ({ name, sessions: list.toSorted(byText(({ session }) => session)) }));
  const first = waiting.length > 0 ? [{ name: null, sessions: waiting }] : [];
  return [...first, ...rest.toSorted(byText(({ name }) => name))];
}

function byText<Item>(text: (item: Item) => string): (one: Item, other: Item) => number {
  return (one, other) => order.compare(text(one), text(other));
}

const order = new Intl.Collator('en', { numeric: true });

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
