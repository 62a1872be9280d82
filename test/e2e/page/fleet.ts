import type { Band } from '../../../src/core/timeline/bands.ts';
import type { PageData, PageSession, TimelineAnswer } from '../../../src/page/page-data.ts';

/** What the page is given by the server in the tests: a fleet that stands still, in every state that there is. */

const minute = 60_000;
const workspaces = ['shop', 'blog', 'billing-service', 'docs-site', 'landing-page', 'infra', 'search', 'mobile-app'];
const agents = ['claude', 'codex', 'opencode', 'agy'];

interface Kind {
  readonly liveness: PageSession['liveness'];
  readonly activity: PageSession['activity'];
  readonly group: PageSession['group'];
  readonly state: string;
}

const working: Kind = { liveness: 'alive', activity: 'working', group: 'working', state: 'working' };
const kinds: readonly Kind[] = [
  working,
  { liveness: 'alive', activity: 'idle', group: 'idle', state: 'idle' },
  { liveness: 'alive', activity: 'working', group: 'working', state: 'working · job 3f2a running 12m' },
  { liveness: 'alive', activity: 'idle', group: 'idle', state: 'idle · job done' },
  { liveness: 'gone', activity: null, group: 'gone', state: 'gone' },
  { liveness: 'alive', activity: 'unknown', group: 'alive', state: 'alive' },
  { liveness: 'alive', activity: 'waiting', group: 'needs-you', state: 'needs you 12m: permission prompt' },
  { liveness: 'alive', activity: 'working', group: 'working', state: 'working' },
  { liveness: 'unknown', activity: null, group: 'elsewhere', state: 'elsewhere (lab1)' },
  { liveness: 'alive', activity: 'idle', group: 'idle', state: 'idle' },
  { liveness: 'alive', activity: 'exited', group: 'exited', state: 'agent exited' },
];

/** @param now ms since 1970 */
export function aSession(index: number, now: number, change: Partial<PageSession> = {}): PageSession {
  const { liveness, activity, group, state } = kinds[index % kinds.length] ?? working;
  const workspace = workspaces[index % workspaces.length] ?? 'shop';
  const agent = agents[(index >> 1) % agents.length] ?? 'claude';
  const session = `${workspace}-creator-${agent}${index < 8 ? '' : `-${index}`}`;
  const id = `${(0x3f2a9c1e + index * 7919).toString(16)}-87dc-4a11-9c1e-1f0a5b6c7d8e`;
  const isWaiting = activity === 'waiting';
  const stateSince = new Date(now - (isWaiting ? 12 + index : (index * 13) % 170) * minute).toISOString();
  const isDown = liveness === 'gone' || activity === 'exited';
  return {
    // A real key holds blanks and slashes.
    key: `/tmp/tmux 0/default ${session}`,
    session,
    workspace,
    agent,
    status: 'running',
    liveness,
    group,
    state,
    snoozed: null,
    activity,
    waiting_for: isWaiting ? 'permission prompt' : null,
    waiting_since: isWaiting ? stateSince : null,
    since: new Date(now - 300 * minute).toISOString(),
    id,
    job: state.includes('job 3f2a') ? '3f2a' : null,
    resume: isDown ? `cd /home/me/${workspace} && claude --resume ${id}` : null,
    host: 'workbench',
    place: state.startsWith('elsewhere') ? 'lab1' : 'workbench',
    reason: liveness === 'unknown' ? 'it belongs to lab1' : null,
    cure: liveness === 'unknown' ? 'ask there: asm status' : null,
    state_since: stateSince,
    seen_since: null,
    ...change,
  };
}

/** @param now ms since 1970 */
export function aFleet(count: number, now: number): PageData {
  const sessions = Array.from({ length: count }, (_, index) => aSession(index, now));
  return {
    version: '0.1.0',
    host: 'workbench',
    registry: '/home/me/agent-sessions.yaml',
    at: now,
    watch: { kind: 'monitor', pid: 4711, since: now - 200 * minute },
    sessions: sessions.toSorted((one, other) => rank(one) - rank(other)),
    blind: [],
    unregistered: [],
    events: sessions.slice(0, 30).map((one, index) => anEvent(index, one, now)),
    card: {
      id: 'local-1f0a5b6c',
      title: 'monitor my sessions',
      status: 'running',
      comments: [
        comment(1, 'monitor', 'shop-creator-claude: tmux found but not in YAML. Auto-registered.', now - 190 * minute),
        comment(2, 'user', 'thanks, go on', now - 100 * minute),
        comment(3, 'monitor', 'infra-creator-codex: tmux gone (was pane 201132, cmd codex).', now - 20 * minute),
      ],
      mayComment: false,
    },
    hosts: {
      trouble: null,
      list: [
        {
          host: 'lab1',
          online: true,
          lost: false,
          since: new Date(now - 90 * minute).toISOString(),
          sessions: [
            hostSession('vision-creator-claude', 'alive', 'working'),
            hostSession('vision-creator-codex', 'gone', null),
          ],
        },
        {
          host: 'lab2',
          online: false,
          lost: true,
          since: new Date(now - 300 * minute).toISOString(),
          sessions: [hostSession('radio-creator-agy', 'unknown', null)],
        },
      ],
    },
    failure: null,
  };
}

type HostSession = PageData['hosts']['list'][number]['sessions'][number];

function hostSession(
  session: string,
  liveness: HostSession['liveness'],
  activity: HostSession['activity'],
): HostSession {
  return {
    session,
    status: 'running',
    liveness,
    activity,
    id: null,
    job: null,
    waiting_for: null,
    waiting_since: null,
  };
}

function rank({ activity }: PageSession): number {
  return activity === 'waiting' ? 0 : 1;
}

function comment(index: number, author: string, body: string, at: number) {
  return { id: `c${index}`, author, body, created_at: new Date(at).toISOString() };
}

function anEvent(index: number, { session, resume }: PageSession, now: number): PageData['events'][number] {
  const isDeath = resume !== null;
  const path = ['sessions', session, isDeath ? 'status' : 'claude_session_id_own'];
  return {
    event: `event-${index}`,
    at: new Date(now - (30 - index) * 7 * minute).toISOString(),
    what: 'found',
    drift: `drift-${index}`,
    kind: isDeath ? 'session-gone' : index % 3 === 0 ? 'session-id-materialized' : 'session-unregistered',
    class: isDeath ? 'A' : 'C',
    sessions: [session],
    message: isDeath
      ? `${session}: tmux gone (was pane 201132, cmd claude). Marked terminated.`
      : `${session}: tmux found but not in YAML. Auto-registered.`,
    edits: isDeath ? [{ path, from: 'running', to: 'terminated' }] : [],
    ...(isDeath ? { resume: resume ?? '' } : {}),
  };
}

/** Returns bands that end in the state that each session has now. */
export function aTimeline({ sessions }: PageData, hours: number, now: number): TimelineAnswer {
  const from = now - hours * 60 * minute;
  return {
    from,
    to: now,
    rows: sessions.map(({ key, session, workspace, liveness, activity, state_since: since }, index) => {
      const what: Band['what'] =
        liveness === 'alive' ? (activity === 'unknown' ? 'alive' : (activity ?? 'alive')) : liveness;
      const last = Math.max(since === null ? now : Date.parse(since), from);
      const bands = pastOf(index, from, last, hours);
      return {
        key,
        session,
        workspace,
        bands: [...bands, ...(last < now ? [{ from: last, to: now, what }] : [])],
        marks:
          index % 4 === 0
            ? [{ at: last, kind: what === 'gone' ? 'session-gone' : 'session-id-rotated', message: `${session}: seen` }]
            : [],
      };
    }),
  };
}

/** Returns a night of work: long spans, short waits, an hour without a monitor. */
function pastOf(index: number, from: number, to: number, hours: number): Band[] {
  const unit = (hours * 60 * minute) / 96;
  const bands: Band[] = [];
  for (let at = from, step = index; at < to; step += 1) {
    const [what, units] = past[(step * 5 + index) % past.length] ?? ['working', 1];
    const end = Math.min(to, at + units * unit * (1 + ((index * 7 + step) % 5) / 5));
    bands.push({ from: at, to: end, what });
    at = end;
  }
  return bands.flatMap((band) => withoutWatch(band, from + 30 * unit, from + 35 * unit));
}

const past: readonly (readonly [Band['what'], number])[] = [
  ['working', 9],
  ['waiting', 1],
  ['working', 5],
  ['idle', 12],
  ['working', 3],
  ['waiting', 3],
  ['working', 11],
  ['idle', 6],
];

function withoutWatch(band: Band, from: number, to: number): Band[] {
  const parts: Band[] = [
    { ...band, to: Math.min(band.to, from) },
    { from: Math.max(band.from, from), to: Math.min(band.to, to), what: 'unwatched' },
    { ...band, from: Math.max(band.from, to) },
  ];
  return parts.filter((part) => part.from < part.to);
}
