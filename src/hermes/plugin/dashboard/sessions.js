/* The tab of the dashboard, and the counts beside the board. Hermes builds nothing: this is what its browser loads. */
(function () {
  'use strict';
  const sdk = window.__HERMES_PLUGIN_SDK__;
  const plugins = window.__HERMES_PLUGINS__;
  if (!sdk || !plugins) return;
  const { React, fetchJSON } = sdk;
  const { useEffect, useState } = sdk.hooks;
  const h = React.createElement;

  const api = '/api/plugins/agent-sessions/';
  const dayMs = 24 * 60 * 60_000;
  const order = ['needs you', 'working', 'idle', 'alive', 'gone', 'unknown', 'elsewhere', 'terminated'];

  plugins.register('agent-sessions', Sessions);
  if (plugins.registerSlot) plugins.registerSlot('agent-sessions', 'header-right', Counts);

  function Sessions() {
    const status = useAnswer('status', 5_000);
    const history = useAnswer('history', 30_000);
    const states = useAnswer('states', 30_000);
    const bands = states.value === null ? new Map() : bandsOf(states.value, Date.now());
    return h(
      'div',
      { className: 'agent-sessions' },
      h(Trouble, { of: [status, history, states] }),
      status.value === null ? null : h(Table, { rows: sorted(status.value.sessions ?? []), bands }),
      h('h2', null, 'Last drifts'),
      history.value === null ? null : h(Drifts, { events: history.value.events ?? [] }),
    );
  }

  /** Says what cannot be read, and for how long the page has shown what it shows. */
  function Trouble({ of }) {
    const [failed] = of.filter(({ error }) => error !== null);
    return failed === undefined ? null : h('p', { role: 'alert', className: 'trouble' }, shown(failed.error));
  }

  function Table({ rows, bands }) {
    if (rows.length === 0) return h('p', null, 'The registry holds no session yet.');
    const head = ['Session', 'Agent', 'State', 'Since', 'The last 24 hours'].map((name) =>
      h('th', { key: name }, name),
    );
    const line = (row) =>
      h(
        'tr',
        { key: row.session, 'data-session': row.session },
        h('td', null, h('bdi', null, shown(row.session))),
        h('td', null, shown(row.agent ?? '-')),
        h('td', { className: `state ${classOf(kindOf(row))}` }, shown(row.state)),
        h('td', null, sinceText(row)),
        h('td', { className: 'time' }, h(Timeline, { bands: bands.get(row.session) ?? [] })),
      );
    return h('table', null, h('thead', null, h('tr', null, head)), h('tbody', null, rows.map(line)));
  }

  function Timeline({ bands }) {
    const begin = Date.now() - dayMs;
    const rects = bands.map(({ from, to, what }) =>
      h(
        'rect',
        {
          key: from,
          className: classOf(what),
          x: ((Math.max(from, begin) - begin) / dayMs) * 1000,
          width: ((to - Math.max(from, begin)) / dayMs) * 1000,
          height: 10,
        },
        h('title', null, `${what} ${clock(from)} to ${clock(to)}`),
      ),
    );
    return h('svg', { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': true }, rects);
  }

  function Drifts({ events }) {
    const last = events
      .filter(({ what }) => what === 'found' || what === 'resolved')
      .slice(-20)
      .reverse();
    if (last.length === 0) return h('p', null, 'None in the last 24 hours.');
    return h(
      'ol',
      { className: 'drifts' },
      last.map(({ event, at, message }) =>
        h(
          'li',
          { key: event },
          h('time', { dateTime: at }, clock(Date.parse(at))),
          ' ',
          h('bdi', null, shown(message)),
        ),
      ),
    );
  }

  /** Counts the sessions of each kind, for beside the board. */
  function Counts() {
    const { value } = useAnswer('status', 15_000);
    const rows = value === null ? [] : (value.sessions ?? []);
    const told = [
      ['needs you', 'need you'],
      ['working', 'working'],
      ['idle', 'idle'],
      ['alive', 'alive'],
      ['gone', 'gone'],
    ].flatMap(([kind, words]) => {
      const count = rows.filter((row) => kindOf(row) === kind).length;
      return count === 0 ? [] : [h('span', { key: kind, className: classOf(kind) }, `${count} ${words}`)];
    });
    return told.length === 0 ? null : h('span', { className: 'agent-sessions counts', title: 'Agent sessions' }, told);
  }

  /** Asks again and again while the page is looked at; what was last answered stays when an answer fails. */
  function useAnswer(path, everyMs) {
    const [answer, setAnswer] = useState({ value: null, error: null });
    useEffect(() => {
      let timer = null;
      let isOver = false;
      const ask = async () => {
        if (!document.hidden) {
          const next = await fetchJSON(api + path).then(
            (value) => ({ value, error: null }),
            (error) => ({ error: `${path}: ${String(error?.message ?? error)}` }),
          );
          if (!isOver) setAnswer((before) => ({ ...before, ...next }));
        }
        if (!isOver) timer = setTimeout(ask, everyMs);
      };
      void ask();
      return () => {
        isOver = true;
        clearTimeout(timer);
      };
    }, [path, everyMs]);
    return answer;
  }

  /**
   * Returns the spans in which each session stayed as it was. Time in which no monitor watched is a span of its own, and
   * only a new state ends it; a session that was gone is gone again when a watch begins.
   */
  function bandsOf({ before = [], changes = [], watched_until: until = null }, now) {
    const starts = new Map();
    const enter = (session, at, what) => {
      const all = starts.get(session) ?? [];
      starts.set(session, [...all, { at, what }]);
    };
    const enterAll = (at, whatOf) => {
      for (const [session, all] of starts) {
        const what = all.at(-1).what === 'removed' ? null : whatOf(all);
        if (what !== null) enter(session, at, what);
      }
    };
    const known = (all) => all.findLast(({ what }) => what !== 'unwatched')?.what;
    for (const row of [...before, ...changes]) {
      const at = Date.parse(row.at);
      if (row.what === 'state') enter(row.session, at, kindOfState(row.to));
      else if (row.what === 'removed') enter(row.session, at, 'removed');
      else if (row.what === 'watch-ended') enterAll(at, () => 'unwatched');
      else if (row.what === 'watch-began') {
        if (row.unwatched_since !== null) enterAll(Date.parse(row.unwatched_since), () => 'unwatched');
        enterAll(at, (all) => (known(all) === 'gone' ? 'gone' : null));
      }
    }
    if (until !== null) enterAll(Date.parse(until), () => 'unwatched');
    return new Map([...starts].map(([session, all]) => [session, spans(all, now)]));
  }

  function spans(starts, now) {
    return starts.flatMap(({ at, what }, index) => {
      const to = starts[index + 1]?.at ?? now;
      return what === 'removed' || to <= at || to <= now - dayMs ? [] : [{ from: at, to, what }];
    });
  }

  function kindOfState(state) {
    if (state === null || state === undefined) return 'unknown';
    if (state.liveness !== 'alive') return state.liveness;
    if (state.activity === 'waiting') return 'needs you';
    return state.activity ?? 'alive';
  }

  function kindOf({ state = '' }) {
    return order.find((kind) => state.startsWith(kind)) ?? 'alive';
  }

  function sorted(rows) {
    return [...rows].sort((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)));
  }

  function sinceText({ state_since: exact, seen_since: seen }) {
    if (exact) return ago(exact);
    return seen ? `${ago(seen)}+` : '-';
  }

  function ago(at) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(at)) / 60_000));
    if (minutes < 60) return `${minutes}m`;
    return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
  }

  function clock(ms) {
    return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  }

  function classOf(kind) {
    return `is-${kind.replaceAll(' ', '-')}`;
  }

  /** Shows signs that control a terminal or turn the writing direction. */
  function shown(text) {
    return String(text).replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
  }
})();
