import { describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../src/core/model/entry.ts';
import type { DelegateJob, JobState } from '../../src/core/model/job.ts';
import type { Seen } from '../../src/core/model/observation.ts';
import type { Verdict } from '../../src/core/model/plan.ts';
import { exitCode, RegistryError } from '../../src/errors.ts';
import type { Context } from '../../src/operations/context.ts';
import { explain } from '../../src/operations/explain.ts';
import { status } from '../../src/operations/status.ts';
import {
  answers,
  at,
  documentWith,
  entryOf,
  fakeContext,
  gone,
  reportWith,
  triggersWith,
  verdictOf,
  withConversations,
} from './fake-context.ts';
import { anOverview, aSession } from '../ask/an-overview.ts';
import { idsOf } from '../core/world.ts';

const shop = entryOf('shop-creator-claude');
const blog = entryOf('blog-creator-agy', {
  agent: 'agy',
  ids: idsOf({ own: undefined, claude: undefined, agy: 'c1' }),
});
const old = entryOf('old', { status: 'terminated', terminatedAt: at - 1000 });
const odd = entryOf('odd', { status: null, otherStatus: 'pau\u001bsed', jobId: '3f2a' });
const spared = entryOf('spared', { ignore: true });

describe('status', () => {
  test('shows what a monitor says, and makes no pass of its own; --watch asks it once', async () => {
    const row = aSession({ session: 'asked-creator-claude', state: 'needs you 12m: permission prompt' });
    const askMonitor = vi.fn(() => Promise.resolve(anOverview({ sessions: [row], blind: [], exit: 0 })));
    const { context } = fakeContext({});
    const [answer] = await answers(status, { ...context, askMonitor });
    expect(answer?.text).toContain('asked-creator-claude  claude  needs you 12m: permission prompt');
    const [json] = await answers(status, { ...context, askMonitor }, { json: true });
    expect(json?.json).toEqual({ sessions: [row.row], blind: [] });
    // Later passes follow hints: an answer from before a hint would show what was.
    const own = reportWith({}, [[shop, verdictOf(shop)]]);
    const watching = fakeContext({ passes: [own] }).context;
    const input = { words: [], values: { watch: true, interval: 1 }, json: true };
    const turns = status.run({ ...watching, askMonitor }, input)[Symbol.asyncIterator]();
    expect((await turns.next()).value?.json).toEqual({ sessions: [row.row], blind: [] });
    expect((await turns.next()).value?.json).toMatchObject({ sessions: [{ session: 'shop-creator-claude' }] });
    await turns.return?.();
    expect(askMonitor).toHaveBeenCalledTimes(3);
  });

  test('an agent that is not known is shown by the word of its entry, and chosen by it', async () => {
    const gem = entryOf('gem', { agent: null, otherAgent: 'Gem\u001bini' });
    const asked = async (agent: string) => {
      const seen = reportWith(
        {},
        [shop, blog, gem].map((entry) => [entry, verdictOf(entry)]),
      );
      const { context } = fakeContext({ passes: [seen] });
      const [answer] = await answers(status, context, { values: { agent } });
      return answer?.text.split('\n').slice(1, -1);
    };
    expect(await asked('gem\\x1bINI')).toEqual([expect.stringMatching(/^gem +Gem\\x1bini +working/)]);
    expect(await asked('AGY')).toEqual([expect.stringMatching(/^blog-creator-agy +agy /)]);
    expect(await asked('codex')).toEqual([]);
    await expect(asked('nobody')).rejects.toMatchObject({
      message: 'there is no agent nobody',
      cure: 'it is one of claude, agy, codex, opencode, Gem\\x1bini',
    });
  });

  test('says where deaths are seen by the poll alone, and why', async () => {
    const { context } = fakeContext({ passes: [reportWith({}), reportWith({})] });
    const triggers = () => triggersWith({ on: false, because: 'it is\u001b not there' });
    const [answer] = await answers(status, { ...context, triggers });
    expect(answer?.text).toBe(
      'no sessions in the registry\ndeaths are seen by the poll only: bell: it is\\x1b not there',
    );
    const [json] = await answers(status, { ...context, triggers }, { json: true });
    expect(json?.json).toEqual({ sessions: [], blind: [] });
  });

  test('shows every session on one line, and ends with 1 if one that should run does not', async () => {
    const report = reportWith({}, [
      [shop, verdictOf(shop, { liveness: 'gone', agent: null, activity: null })],
      [blog, verdictOf(blog, { activity: 'waiting', waiting: { for: 'permission prompt', since: at - 12 * 60_000 } })],
      [old, verdictOf(old, { liveness: 'gone' })],
      [odd, verdictOf(odd)],
      [spared, verdictOf(spared, { liveness: 'gone' })],
    ]);
    const [answer] = await answers(status, fakeContext({ passes: [report] }).context);
    expect(answer?.exit).toBe(1);
    expect(answer?.text).toMatchInlineSnapshot(`
      "SESSION              AGENT   STATE                             SINCE  ID
      blog-creator-agy     agy     needs you 12m: permission prompt  12m    c1
      shop-creator-claude  claude  gone                              -      87dc548e
          cd /home/me/shop && claude --resume 87dc548e
      odd                  claude  left alone                        -      87dc548e
      spared               claude  left alone                        -      87dc548e
      old                  claude  terminated                        <1m    87dc548e
      5 sessions: 1 needs you · 1 gone · 2 left alone · 1 terminated"
    `);
    expect(answer?.json).toMatchInlineSnapshot(`
      {
        "blind": [],
        "sessions": [
          {
            "activity": null,
            "agent": "claude",
            "cure": null,
            "group": "gone",
            "host": "lab1",
            "id": "87dc548e",
            "job": null,
            "liveness": "gone",
            "place": "lab1",
            "reason": null,
            "resume": "cd /home/me/shop && claude --resume 87dc548e",
            "seen_since": null,
            "session": "shop-creator-claude",
            "since": null,
            "snoozed": null,
            "state": "gone",
            "state_since": null,
            "status": "running",
            "waiting_for": null,
            "waiting_since": null,
            "workspace": "shop",
          },
          {
            "activity": "waiting",
            "agent": "agy",
            "cure": null,
            "group": "needs-you",
            "host": "lab1",
            "id": "c1",
            "job": null,
            "liveness": "alive",
            "place": "lab1",
            "reason": null,
            "resume": null,
            "seen_since": null,
            "session": "blog-creator-agy",
            "since": "2026-07-01T09:00:00.000Z",
            "snoozed": null,
            "state": "needs you 12m: permission prompt",
            "state_since": "2026-07-01T08:48:30.000Z",
            "status": "running",
            "waiting_for": "permission prompt",
            "waiting_since": "2026-07-01T08:48:30.000Z",
            "workspace": "shop",
          },
          {
            "activity": null,
            "agent": "claude",
            "cure": null,
            "group": "terminated",
            "host": "lab1",
            "id": "87dc548e",
            "job": null,
            "liveness": "gone",
            "place": "lab1",
            "reason": null,
            "resume": "cd /home/me/shop && claude --resume 87dc548e",
            "seen_since": null,
            "session": "old",
            "since": "2026-07-01T09:00:29.000Z",
            "snoozed": null,
            "state": "terminated",
            "state_since": "2026-07-01T09:00:29.000Z",
            "status": "terminated",
            "waiting_for": null,
            "waiting_since": null,
            "workspace": "shop",
          },
          {
            "activity": "working",
            "agent": "claude",
            "cure": null,
            "group": "left-alone",
            "host": "lab1",
            "id": "87dc548e",
            "job": "3f2a",
            "liveness": "alive",
            "place": "lab1",
            "reason": null,
            "resume": null,
            "seen_since": null,
            "session": "odd",
            "since": "2026-07-01T09:00:00.000Z",
            "snoozed": null,
            "state": "left alone",
            "state_since": null,
            "status": "pau\\x1bsed",
            "waiting_for": null,
            "waiting_since": null,
            "workspace": "shop",
          },
          {
            "activity": null,
            "agent": "claude",
            "cure": null,
            "group": "left-alone",
            "host": "lab1",
            "id": "87dc548e",
            "job": null,
            "liveness": "gone",
            "place": "lab1",
            "reason": null,
            "resume": "cd /home/me/shop && claude --resume 87dc548e",
            "seen_since": null,
            "session": "spared",
            "since": null,
            "snoozed": null,
            "state": "left alone",
            "state_since": null,
            "status": "running",
            "waiting_for": null,
            "waiting_since": null,
            "workspace": "shop",
          },
        ],
      }
    `);
  });

  test('is blind before it is down', async () => {
    const report = reportWith({ exit: exitCode.blind }, [[shop, verdictOf(shop, { liveness: 'unknown' })]]);
    const [answer] = await answers(status, fakeContext({ passes: [report] }).context);
    expect(answer).toMatchObject({ exit: 4 });
  });

  test('an empty registry has its sentence', async () => {
    const [answer] = await answers(status, fakeContext({ passes: [reportWith({})] }).context);
    expect(answer).toEqual({ json: { sessions: [], blind: [] }, text: 'no sessions in the registry', exit: 0 });
  });

  test('names what runs and is not in the registry, and the command that registers it', async () => {
    const fresh = { ...gone, kind: 'session-unregistered' as const, class: 'B' as const, session: 'lab-creator-agy' };
    const deferred = [{ session: 'shop-creator-claude', reason: 'session created 2 s ago', until: null }];
    const document = documentWith({ standing: [fresh], deferred });
    const [answer] = await answers(status, fakeContext({ passes: [reportWith({ document })] }).context);
    expect(answer?.text).toMatchInlineSnapshot(`
      "no sessions in the registry
      not in the registry yet: lab-creator-agy, shop-creator-claude. To register: agent-sessions-monitor --registry /home/me/registry.yaml reconcile"
    `);
    const { context } = fakeContext({ passes: [reportWith({ document })] });
    await expect(answers(explain, context, { words: ['shop-creator-claude'] })).rejects.toMatchObject({
      code: 2,
      cure: 'it runs, and is not in the registry yet: `asm reconcile` registers it',
    });
  });

  test('names the command for many resume lines in place of them', async () => {
    const last = at - 60_000;
    const gone = (session: string, change: Partial<Entry>): [Entry, Verdict] => {
      const entry = entryOf(session, change);
      return [entry, verdictOf(entry, { liveness: 'gone' })];
    };
    const conversations = Array.from({ length: 6 }, (_, index) => `1000000${index}`);
    const six = (change: (index: number) => Partial<Entry>) =>
      conversations.map((own, index) => gone(`shop-${index}`, { ids: idsOf({ own }), ...change(index) }));
    const dead = (terminatedAt: number, terminationMode = 'auto-detected') =>
      ({ status: 'terminated', terminatedAt, terminationMode }) as const;
    const linesOf = async (rows: [Entry, Verdict][]) =>
      (
        await answers(status, fakeContext({ passes: [withConversations(reportWith({}, rows), conversations)] }).context)
      )[0]?.text
        .split('\n')
        .slice(7);
    const all = 'shop-0, shop-1, shop-2, shop-3, shop-4, shop-5';
    expect(await linesOf([...six((index) => dead(last - (index % 2))), gone('by-hand', dead(at, 'manual'))])).toEqual([
      expect.stringMatching(/^by-hand /),
      `6 sessions can be brought back (${all}): agent-sessions-monitor --registry /home/me/registry.yaml resume | sh`,
      '7 sessions: 6 gone · 1 terminated',
    ]);
    expect(await linesOf(six(() => ({})))).toEqual([
      `6 sessions can be brought back (${all}): agent-sessions-monitor --registry /home/me/registry.yaml resume | sh`,
      '6 sessions: 6 gone',
    ]);
    expect(await linesOf(six(() => dead(at - 30 * 60 * 60_000)))).toEqual(['6 sessions: 6 terminated']);
  });

  test('--watch answers again when something changed', async () => {
    const stop = new AbortController();
    const working = reportWith({}, [[shop, verdictOf(shop)]]);
    const idle = reportWith({}, [[shop, verdictOf(shop, { activity: 'idle' })]]);
    const { context } = fakeContext({ passes: [working, working, idle], signal: stop.signal });
    const states: string[] = [];
    const input = { words: [], values: { watch: true, interval: 1 }, json: false };
    for await (const answer of status.run(context, input)) {
      states.push(answer.text);
      if (states.length === 2) stop.abort();
    }
    expect(states).toMatchInlineSnapshot(`
      [
        "SESSION              AGENT   STATE    SINCE  ID
      shop-creator-claude  claude  working  -      87dc548e
      1 session: 1 working",
        "
      SESSION              AGENT   STATE  SINCE  ID
      shop-creator-claude  claude  idle   -      87dc548e
      1 session: 1 idle",
      ]
    `);
  });
});

test.each([
  [false, ['There is no registry at', 'no sessions in the registry', 'not in the registry yet: lab-creator-agy']],
  [true, ['{"sessions":[],"blind":[]}', '{"sessions":[{"session":"shop-creator-claude"']],
])(
  '--watch (json: %s) answers again when only the lines beside the sessions changed, for people',
  async (json, said) => {
    const stop = new AbortController();
    const fresh = { ...gone, kind: 'session-unregistered' as const, class: 'B' as const, session: 'lab-creator-agy' };
    const empty = reportWith({});
    const absent = { ...empty, registry: { ...empty.registry, hash: null } };
    const unregistered = reportWith({ document: documentWith({ standing: [fresh] }) });
    const passes = [absent, absent, empty, unregistered, reportWith({}, [[shop, verdictOf(shop)]])];
    const { context } = fakeContext({ passes, signal: stop.signal });
    const answered: string[] = [];
    for await (const answer of status.run(context, { words: [], values: { watch: true, interval: 1 }, json })) {
      answered.push(json ? JSON.stringify(answer.json) : answer.text);
      if (answered.length === said.length) stop.abort();
    }
    expect(answered).toEqual(said.map((part) => expect.stringContaining(part)));
  },
);

test('--watch goes on while the registry cannot be read, which it says once', async () => {
  const stop = new AbortController();
  const broken = new RegistryError('the registry cannot be read', { where: '/r.yaml:3:1', cure: 'mend it\u001b' });
  const looks = [reportWith({}), broken, broken, reportWith({}, [[shop, verdictOf(shop)]])];
  const { context, said } = fakeContext({ signal: stop.signal });
  const pass = () => {
    const look = looks.shift();
    return look instanceof RegistryError || look === undefined ? Promise.reject(look) : Promise.resolve(look);
  };
  const input = { words: [], values: { watch: true, interval: 1 }, json: true };
  const answered: unknown[] = [];
  for await (const answer of status.run({ ...context, pass }, input)) {
    answered.push(answer.json);
    if (answered.length === 2) stop.abort();
  }
  expect(answered).toMatchObject([{ sessions: [] }, { sessions: [{ state: 'working' }] }]);
  expect(said).toEqual(
    ['the registry cannot be read', '/r.yaml:3:1', 'mend it\\x1b'].map((line) => `stderr: ${line}\n`),
  );
});

describe('a job in the state of its session', () => {
  const running = { state: 'running', runningSince: at - 12.5 * 60_000, updatedAt: null } as const;
  const over = (state: JobState): DelegateJob => ({ state, runningSince: null, updatedAt: null });

  test.each<[string, Seen<DelegateJob | null> | null, Partial<Entry>, Partial<Verdict>]>([
    ['working · job 3f2a running 12m', { known: running }, {}, {}],
    ['working · job 3f2a running <1m', { known: { ...running, runningSince: at } }, {}, {}],
    ['working · job 3f2a running 47h', { known: { ...running, runningSince: at - 47.9 * 3_600_000 } }, {}, {}],
    ['working · job 3f2a running', { known: { ...running, runningSince: null } }, {}, {}],
    ['idle · job done', { known: over('done') }, {}, { activity: 'idle' }],
    ['agent exited · job failed', { known: over('failed') }, {}, { activity: 'exited' }],
    ['working · job 3f2a queued', { known: over('queued') }, {}, {}],
    ['gone · job was running!', { known: running }, {}, { liveness: 'gone' }],
    ['unknown · job 3f2a running 12m', { known: running }, {}, { liveness: 'unknown' }],
    ['terminated · job was running!', { known: running }, { status: 'terminated' }, { liveness: 'gone' }],
    [
      'terminated · still alive · job cancelled',
      { known: over('cancelled') },
      { status: 'terminated' },
      { outlives: true },
    ],
    [
      'idle · entry says terminated · job done',
      { known: over('done') },
      { status: 'terminated' },
      { activity: 'idle' },
    ],
    ['working · job 3f2a missing', { known: null }, {}, {}],
    ['working · job 3f2a unknown', { blind: 'it is not JSON', cure: 'mend it' }, {}, {}],
    ['working · job 3f2a unknown', null, {}, {}],
  ])('%s', async (state, job, fields, verdict) => {
    const entry = entryOf('shop-creator-claude', { jobId: 'job-3f2a9c1e', ...fields });
    const { context } = fakeContext({ passes: [withJob(entry, job, verdict)] });
    const [answer] = await answers(status, context);
    expect(answer?.json).toMatchObject({ sessions: [{ state, job: 'job-3f2a9c1e' }] });
    expect(answer?.text.split('\n')[1]).toContain(`claude  ${state}  -      87dc548e`);
  });

  test('is nothing where the entry is left alone', async () => {
    const entry = entryOf('odd', { status: null, jobId: 'job-3f2a9c1e' });
    const { context } = fakeContext({ passes: [reportWith({}, [[entry, null]])] });
    expect((await answers(status, context))[0]?.json).toMatchObject({ sessions: [{ state: 'left alone' }] });
  });

  test('one whose agent exited is down, whatever its job', async () => {
    const entry = entryOf('shop-creator-claude', { jobId: 'job-3f2a9c1e' });
    const { context } = fakeContext({ passes: [withJob(entry, { known: running }, { activity: 'exited' })] });
    expect((await answers(status, context))[0]?.exit).toBe(1);
  });

  test('explain shows what its file says', async () => {
    const entry = entryOf('shop-creator-claude', { jobId: 'job-3f2a9c1e' });
    const { context } = fakeContext({ passes: [withJob(entry, { known: running }, {})] });
    const [answer] = await answers(explain, context, { words: ['shop-creator-claude'] });
    expect(answer?.text).toContain(
      'evidence  2026-07-01T09:00:30.000Z  jobs: job job-3f2a9c1e is running since 2026-07-01T08:48:00Z',
    );
  });
});

function withJob(entry: Entry, job: Seen<DelegateJob | null> | null, verdict: Partial<Verdict>) {
  const report = reportWith({}, [[entry, verdictOf(entry, verdict)]]);
  const jobs = new Map(job === null ? [] : [['job-3f2a9c1e', job] as const]);
  return { ...report, observation: { ...report.observation, jobs } };
}

describe('explain', () => {
  test('shows every piece of evidence, and the screen escaped', async () => {
    const identity = { id: '87dc548e', proof: 'record', said: 'sessions/201133.json' } as const;
    const report = reportWith({}, [[shop, verdictOf(shop, { identity, pane: '%4' })]]);
    const { context } = fakeContext({ passes: [report] });
    const captured: string[] = [];
    const capture: Context['capture'] = (socket, pane, lines) => {
      captured.push(`${socket} ${pane}`);
      return context.capture(socket, pane, lines);
    };
    const input = { words: ['shop-creator-claude'], values: { screen: true } };
    const [answer] = await answers(explain, { ...context, capture }, input);
    expect(captured).toEqual(['/tmp/tmux-1000/default %4']);
    expect(answer?.text).toMatchInlineSnapshot(`
      "shop-creator-claude  working
      registry  running, line 3
      socket    /tmp/tmux-1000/default
      id        87dc548e recorded
                87dc548e proven: sessions/201133.json
      evidence  2026-07-01T09:00:30.000Z  tmux:/tmp/tmux-1000/default: complete list of 2 sessions, among them
      screen    $ claude
      screen    > hi \\x1b[0m"
    `);
  });

  test('says the cure where its source cannot be asked', async () => {
    const source = 'tmux:/tmp/tmux-1000/default';
    const blind = { source, since: '2026-07-01T09:00:30.000Z', reason: 'no answer in 2000 ms', cure: 'kill -CONT 12' };
    const document = documentWith({ blind: [blind, { ...blind, source: 'tmux:/elsewhere' }] });
    const unknown = verdictOf(shop, { liveness: 'unknown', evidence: [{ source, said: 'no answer in 2000 ms', at }] });
    const report = reportWith({ document, exit: exitCode.blind }, [[shop, unknown]]);
    const [answer] = await answers(explain, fakeContext({ passes: [report] }).context, { words: [shop.session] });
    expect(answer?.json).toMatchObject({ blind: [blind] });
    expect(answer?.text.split('\n').filter((line) => line.startsWith('blind'))).toEqual([
      'blind     tmux:/tmp/tmux-1000/default: no answer in 2000 ms. Cure: kill -CONT 12',
    ]);
  });

  test('an unknown session is a wrong command line', async () => {
    const { context } = fakeContext({ passes: [reportWith({}, [[shop, verdictOf(shop)]])] });
    await expect(answers(explain, context, { words: ['--x\u0007'] })).rejects.toMatchObject({
      code: 2,
      message: 'there is no session --x\\x07',
      cure: '`asm status` shows the sessions there are',
    });
  });
});
