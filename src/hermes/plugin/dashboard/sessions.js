/* Made by npm run gen from src/page/client/hermes. */
/* oxlint-disable no-unused-vars */
'use strict';
(() => {
  // src/core/model/group.ts
  var groups = [
    'needs-you',
    'working',
    'idle',
    /** The agent's turn is over, and a shell that it started still runs. */
    'shell',
    /** It lives, and its agent does not say what it does. */
    'alive',
    'exited',
    'gone',
    'unknown',
    'elsewhere',
    'left-alone',
    'terminated',
  ];
  var freshMs = 24 * 60 * 6e4;

  // src/core/words/counts.ts
  function groupCounts(sessions, of = groups) {
    return of
      .map((group) => ({ group, count: sessions.filter((one) => one === group).length }))
      .flatMap(({ group, count }) => (count === 0 ? [] : [`${count} ${groupWord(group, count)}`]))
      .join(' \xB7 ');
  }
  function groupWord(group, count) {
    switch (group) {
      case 'needs-you':
        return count === 1 ? 'needs you' : 'need you';
      case 'exited':
        return count === 1 ? 'agent exited' : 'agents exited';
      case 'left-alone':
        return 'left alone';
      case 'working':
      case 'idle':
      case 'shell':
      case 'alive':
      case 'gone':
      case 'unknown':
      case 'elsewhere':
      case 'terminated':
        return group;
    }
  }

  // src/page/client/hermes/answers.ts
  var read = {
    status: (answer) => listed(answer, 'sessions'),
    history: (answer) => listed(answer, 'events'),
    timelines: (answer) => listed(answer, 'timelines'),
  };
  function listed(answer, key) {
    if (typeof answer !== 'object' || answer === null) return null;
    const list = Object.entries(answer).find(([name]) => name === key)?.[1];
    return Array.isArray(list) ? answer : null;
  }

  // src/page/client/hermes/sdk.ts
  var sdk = given(window.__HERMES_PLUGIN_SDK__, 'plugin SDK');
  var plugins = given(window.__HERMES_PLUGINS__, 'list of plugins');
  var h = sdk.React.createElement;
  function given(value, what) {
    if (value === void 0) throw new Error(`agent-sessions: this dashboard of Hermes has no ${what}`);
    return value;
  }

  // src/core/timeline/bands.ts
  var bandNames = {
    waiting: 'needs you',
    working: 'working',
    idle: 'idle',
    shell: 'shell',
    exited: 'agent exited',
    alive: 'alive',
    gone: 'gone',
    unknown: 'unknown',
    unwatched: 'not watched',
  };

  // src/core/words/shown-state.ts
  function shownState(facts, timeText) {
    const { group, state } = facts;
    switch (group) {
      case 'gone':
        return state.replace(/^terminated/, 'gone');
      case 'needs-you':
        return state + snoozeText(facts, timeText);
      default:
        return state;
    }
  }
  function snoozeText({ snoozed }, timeText) {
    if (snoozed === null) return '';
    return ` \xB7 snoozed${snoozed.until === null ? '' : ` until ${timeText(Date.parse(snoozed.until))}`}`;
  }

  // src/core/words/text.ts
  function clean(text) {
    return text.replace(unprintable, escape);
  }
  var unprintable =
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  function escape(character) {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '	') return '\\t';
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  }

  // src/operations/sessions/sort-for-people.ts
  function sortForPeople(sessions) {
    return sessions.toSorted((one, other) => {
      const order = groups.indexOf(one.group) - groups.indexOf(other.group);
      return order === 0 ? orderInGroup(one.group, sortKey(one.row), sortKey(other.row)) : order;
    });
  }
  function sortKey({ state_since, seen_since }) {
    return state_since ?? seen_since;
  }
  function orderInGroup(group, one, other) {
    const newestFirst = group === 'idle' || group === 'gone' || group === 'terminated';
    if ((group !== 'needs-you' && !newestFirst) || one === other) return 0;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other === newestFirst ? 1 : -1;
  }

  // src/core/words/time.ts
  function span(ms) {
    const minutes = Math.floor(ms / 6e4);
    if (minutes < 1) return '<1m';
    if (minutes < 60) return `${minutes}m`;
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
  }
  var dayMs = 24 * 60 * 6e4;
  var halfYearMs = 182 * dayMs;

  // src/page/client/words/when.ts
  var day = new Intl.DateTimeFormat(void 0, { weekday: 'short', day: 'numeric', month: 'short' });
  function clockOf(at) {
    const date = new Date(at);
    return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
  }
  function dayOf(at) {
    const begin = beginOfDay(at);
    const word = days.get(begin) ?? day.format(at);
    days.set(begin, word);
    return word;
  }
  var days = /* @__PURE__ */ new Map();
  function isSameDay(one, other) {
    return beginOfDay(one) === beginOfDay(other);
  }
  function beginOfDay(at) {
    return new Date(at).setHours(0, 0, 0, 0);
  }
  function momentOf(at, now) {
    return isSameDay(at, now) ? clockOf(at) : `${dayOf(at)}, ${clockOf(at)}`;
  }
  function twoDigits(value) {
    return String(value).padStart(2, '0');
  }
  function ageOf(ms) {
    return ms < 6e4 ? `${Math.max(0, Math.floor(ms / 1e3))} s` : span(ms);
  }
  var minute = 6e4;
  var hour = 60 * minute;
  var steps = { 1: 10 * minute, 6: hour, 24: 4 * hour, 168: 24 * hour };

  // src/page/client/words/standing.ts
  function standingOf({ group, liveness }) {
    switch (group) {
      case 'needs-you':
        return 'waiting';
      case 'elsewhere':
        return 'unknown';
      case 'terminated':
        return 'gone';
      case 'left-alone':
        return liveness;
      case 'working':
      case 'idle':
      case 'shell':
      case 'alive':
      case 'exited':
      case 'gone':
      case 'unknown':
        return group;
    }
  }
  function sinceOf({ state_since: since, seen_since: seen }) {
    const said = since ?? seen;
    return said === null ? null : { at: Date.parse(said), isLeast: since === null };
  }

  // src/page/client/hermes/use-answer.ts
  function useAnswer(path, read2, everyMs) {
    const [asked, setAsked] = sdk.hooks.useState({ value: null, trouble: null });
    sdk.hooks.useEffect(() => {
      let timer;
      let isOver = false;
      const again = async () => {
        timer = void 0;
        if (!document.hidden) {
          const { value, trouble } = await answerOf(path, read2);
          if (!isOver) setAsked((before) => ({ value: value ?? before.value, trouble }));
        }
        if (!isOver) timer = setTimeout(() => void again(), everyMs);
      };
      const wake = () => {
        if (timer === void 0) return;
        clearTimeout(timer);
        void again();
      };
      void again();
      document.addEventListener('visibilitychange', wake);
      return () => {
        isOver = true;
        clearTimeout(timer);
        document.removeEventListener('visibilitychange', wake);
      };
    }, [path, everyMs]);
    return asked;
  }
  async function answerOf(path, read2) {
    try {
      const value = read2(await sdk.fetchJSON(`/api/plugins/agent-sessions/${path}`));
      return { value, trouble: value === null ? `${path}: ${otherVersion}` : null };
    } catch (error) {
      return { value: null, trouble: `${path}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  var otherVersion = 'this is not the answer of this version. asm setup --plugin brings the plugin up to date';

  // src/page/client/hermes/tab.ts
  function Tab() {
    const status = useAnswer('status', read.status, 5e3);
    const timelines = useAnswer('timelines', read.timelines, 3e4);
    const history = useAnswer('history', read.history, 3e4);
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
  function Sessions({ rows, timelines }) {
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
  var shownBands = ['waiting', 'working', 'idle', 'gone', 'unknown', 'unwatched'];
  function legend() {
    const swatch = (what) =>
      h('svg', { viewBox: '0 0 10 10', preserveAspectRatio: 'none', 'aria-hidden': true }, [
        h('rect', { key: what, 'data-what': what, width: 10, height: 10 }),
      ]);
    const names = shownBands.map((what) => h('span', { key: what }, swatch(what), bandNames[what]));
    return h('p', { className: 'legend' }, names);
  }
  function lineOf(row, index, timelines) {
    const now = Date.now();
    const since = sinceOf(row);
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
  function track({ bands }, { from, to }) {
    const [begin, end] = [Date.parse(from), Date.parse(to)];
    const share = (at) => Math.round(((at - begin) / (end - begin)) * 1e5) / 100;
    const rects = bands.map((band) => {
      const [x, until] = [share(Date.parse(band.from)), share(Date.parse(band.to))];
      const place = { x, width: until - x, height: 10 };
      return h('rect', { key: band.from, 'data-what': band.what, ...place }, h('title', null, titleOf(band, end)));
    });
    return h('svg', { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': true }, rects);
  }
  function titleOf({ what, from, to, of }, now) {
    const [begin, end] = [Date.parse(from), Date.parse(to)];
    const mostly = of === void 0 ? '' : 'mostly ';
    return `${mostly}${bandNames[what]} ${momentOf(begin, now)} to ${momentOf(end, now)}, ${span(end - begin)}`;
  }
  function Drifts({ events }) {
    const found = events.filter(({ what }) => what === 'found' || what === 'resolved');
    if (found.length === 0) return h('p', null, 'None in the last 24 hours.');
    const newest = found.slice(-20).toReversed();
    return h('ol', { className: 'drifts' }, newest.map(driftOf));
  }
  function driftOf({ event, drift, at, message }) {
    const time = h('time', { dateTime: at }, momentOf(Date.parse(at), Date.now()));
    return h('li', { key: `${event} ${drift}` }, time, ' ', h('bdi', null, clean(message)));
  }

  // src/page/client/hermes/main.ts
  plugins.register('agent-sessions', Tab);
  plugins.registerSlot?.('agent-sessions', 'header-right', Counts);
  function Counts() {
    const { value } = useAnswer('status', read.status, 15e3);
    const counts = groupCounts(
      (value?.sessions ?? []).map(({ group }) => group),
      ['needs-you', 'working', 'idle', 'shell', 'alive', 'exited', 'gone', 'unknown'],
    );
    return counts === '' ? null : h('span', { className: 'agent-sessions counts', title: 'Agent sessions' }, counts);
  }
})();
