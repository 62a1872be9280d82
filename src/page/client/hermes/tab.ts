import { bandNames, type Band } from '../../../core/timeline/bands.ts';
import { shownState } from '../../../core/words/shown-state.ts';
import { clean } from '../../../core/words/text.ts';
import type { HistoryRow, TimelinesAnswer } from '../../../operations/answers/history.ts';
import type { SessionRow } from '../../../operations/answers/sessions.ts';
import { sortForPeople } from '../../../operations/sessions/sort-for-people.ts';
import { sinceOf, standingOf } from '../words/standing.ts';
import { ageOf, momentOf, span } from '../words/when.ts';
import { read } from './answers.ts';
import { h, type Element } from './sdk.ts';
import { useAnswer } from './use-answer.ts';

type Timeline = TimelinesAnswer['timelines'][number];

/** Shows the sessions that need the user first, each with its last day, and the last drifts. */
export function Tab(): Element {
  const status = useAnswer('status', read.status, 5_000);
  const timelines = useAnswer('timelines', read.timelines, 30_000);
  const history = useAnswer('history', read.history, 30_000);
  const trouble = [status, timelines, history].find((asked) => asked.trouble !== null)?.trouble;
  return h(
    'div',
    { className: 'agent-sessions' },
    trouble == null ? null : h('p', { role: 'alert', className: 'trouble' }, clean(trouble)),
    status.value === null ? null : h(Sessions, { rows: status.value.sessions, timelines: timelines.value }),
    timelines.value === null ? null : legend(),
    h('h2', null, 'Last drifts'),
    history.value === null ? null : h(Drifts, { events: history.value.events }),
  );
}

interface SessionsProps {
  readonly rows: readonly SessionRow[];
  readonly timelines: TimelinesAnswer | null;
}

function Sessions({ rows, timelines }: SessionsProps): Element {
  if (rows.length === 0) return h('p', null, 'The registry holds no session yet.');
  const sorted = sortForPeople(rows.map((row) => ({ group: row.group, row })));
  const heads = ['Session', 'Agent', 'State', 'Since', 'The last 24 hours'];
  return h(
    'table',
    null,
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        heads.map((head) => h('th', { key: head }, head)),
      ),
    ),
    h(
      'tbody',
      null,
      sorted.map(({ row }, index) => lineOf(row, index, timelines)),
    ),
  );
}

const shownBands = ['waiting', 'working', 'idle', 'gone', 'unknown', 'unwatched'] as const;

/** Names the colours of the bands. */
function legend(): Element {
  const swatch = (what: Band['what']): Element =>
    h('svg', { viewBox: '0 0 10 10', preserveAspectRatio: 'none', 'aria-hidden': true }, [
      h('rect', { key: what, 'data-what': what, width: 10, height: 10 }),
    ]);
  const names = shownBands.map((what) => h('span', { key: what }, swatch(what), bandNames[what]));
  return h('p', { className: 'legend' }, names);
}

function lineOf(row: SessionRow, index: number, timelines: TimelinesAnswer | null): Element {
  const now = Date.now();
  const since = sinceOf(row);
  // Two entries may share a name if their sockets differ: it is not known whose time is whose.
  const [timeline = null, ...others] = timelines?.timelines.filter(({ session }) => session === row.session) ?? [];
  return h(
    'tr',
    { key: `${row.session} ${index}`, 'data-session': row.session },
    h('td', null, h('bdi', null, clean(row.session))),
    h('td', null, clean(row.agent ?? '-')),
    h('td', { className: 'state', 'data-what': standingOf(row) }, clean(shownState(row, (ms) => momentOf(ms, now)))),
    h('td', null, since === null ? '-' : `${ageOf(now - since.at)}${since.isLeast ? '+' : ''}`),
    h(
      'td',
      { className: 'time' },
      timelines === null || timeline === null || others.length > 0 ? null : track(timeline, timelines),
    ),
  );
}

/** Draws what one session was in the last day. */
function track({ bands }: Timeline, { from, to }: Pick<TimelinesAnswer, 'from' | 'to'>): Element {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const share = (at: number): number => Math.round(((at - begin) / (end - begin)) * 100_000) / 100;
  const rects = bands.map((band) => {
    const [x, until] = [share(Date.parse(band.from)), share(Date.parse(band.to))];
    const place = { x, width: until - x, height: 10 };
    return h('rect', { key: band.from, 'data-what': band.what, ...place }, h('title', null, titleOf(band, end)));
  });
  return h('svg', { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': true }, rects);
}

function titleOf({ what, from, to, of }: Timeline['bands'][number], now: number): string {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const mostly = of === undefined ? '' : 'mostly ';
  return `${mostly}${bandNames[what]} ${momentOf(begin, now)} to ${momentOf(end, now)}, ${span(end - begin)}`;
}

function Drifts({ events }: { readonly events: readonly HistoryRow[] }): Element {
  const found = events.filter(({ what }) => what === 'found' || what === 'resolved');
  if (found.length === 0) return h('p', null, 'None in the last 24 hours.');
  const newest = found.slice(-20).toReversed();
  return h('ol', { className: 'drifts' }, newest.map(driftOf));
}

function driftOf({ event, drift, at, message }: HistoryRow): Element {
  const time = h('time', { dateTime: at }, momentOf(Date.parse(at), Date.now()));
  return h('li', { key: `${event} ${drift}` }, time, ' ', h('bdi', null, clean(message)));
}
