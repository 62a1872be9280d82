import { describe, expect, test } from 'vitest';
import { exitCode } from '../../src/errors.ts';
import { explain } from '../../src/operations/explain.ts';
import { status } from '../../src/operations/status.ts';
import { answers, at, documentWith, entryOf, fakeContext, gone, reportWith, verdictOf } from './fake-context.ts';

const shop = entryOf('shop-creator-claude');
const blog = entryOf('blog-creator-agy', { agent: 'agy', ids: { own: undefined, claude: undefined, agy: 'c1' } });
const old = entryOf('old', { status: 'terminated', terminatedAt: at - 1000 });
const odd = entryOf('odd', { status: null });

describe('status', () => {
  test('shows every session on one line, and ends with 1 if one that should run does not', async () => {
    const report = reportWith({}, [
      [shop, verdictOf(shop, { liveness: 'gone', agent: null, activity: null })],
      [blog, verdictOf(blog, { activity: 'waiting' })],
      [old, verdictOf(old, { liveness: 'gone' })],
      [odd, null],
    ]);
    const [answer] = await answers(status, fakeContext({ passes: [report] }).context);
    expect(answer?.exit).toBe(1);
    expect(answer?.text).toMatchInlineSnapshot(`
      "SESSION              AGENT   STATE            ID        JOB
      shop-creator-claude  claude  gone             87dc548e  -
      blog-creator-agy     agy     waiting for you  c1        -
      old                  claude  terminated       87dc548e  -
      odd                  claude  left alone       87dc548e  -"
    `);
    expect(answer?.json).toMatchInlineSnapshot(`
      {
        "blind": [],
        "sessions": [
          {
            "agent": "claude",
            "host": "lab1",
            "id": "87dc548e",
            "job": null,
            "liveness": "gone",
            "resume": "cd /home/me/shop && claude --resume 87dc548e",
            "session": "shop-creator-claude",
            "since": null,
            "state": "gone",
            "status": "running",
            "workspace": "shop",
          },
          {
            "agent": "agy",
            "host": "lab1",
            "id": "c1",
            "job": null,
            "liveness": "alive",
            "resume": null,
            "session": "blog-creator-agy",
            "since": "2026-07-01T09:00:00.000Z",
            "state": "waiting for you",
            "status": "running",
            "workspace": "shop",
          },
          {
            "agent": "claude",
            "host": "lab1",
            "id": "87dc548e",
            "job": null,
            "liveness": "gone",
            "resume": "cd /home/me/shop && claude --resume 87dc548e",
            "session": "old",
            "since": "2026-07-01T09:00:29.000Z",
            "state": "terminated",
            "status": "terminated",
            "workspace": "shop",
          },
          {
            "agent": "claude",
            "host": "lab1",
            "id": "87dc548e",
            "job": null,
            "liveness": null,
            "resume": "cd /home/me/shop && claude --resume 87dc548e",
            "session": "odd",
            "since": null,
            "state": "left alone",
            "status": null,
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

  test('says how the sessions that ended last are brought back', async () => {
    const dead = (session: string, terminatedAt: number, terminationMode = 'auto-detected') => {
      const entry = entryOf(session, { status: 'terminated', terminatedAt, terminationMode });
      return [entry, verdictOf(entry, { liveness: 'gone' })] as [typeof entry, ReturnType<typeof verdictOf>];
    };
    const last = at - 60_000;
    const rows = [dead('old', last - 5_000), dead('shop', last), dead('blog', last), dead('by-hand', at, 'manual')];
    const [answer] = await answers(status, fakeContext({ passes: [reportWith({}, rows)] }).context);
    expect(answer?.text.split('\n').at(-1)).toMatchInlineSnapshot(
      `"2 sessions ended at 2026-07-01T08:59:30Z and can be resumed: agent-sessions-monitor --registry /home/me/registry.yaml history --since 2026-07-01T08:59:30Z"`,
    );
    const past = [dead('shop', at - 30 * 60 * 60_000)];
    const [later] = await answers(status, fakeContext({ passes: [reportWith({}, past)] }).context);
    expect(later?.text).not.toContain('resumed');
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
        "SESSION              AGENT   STATE    ID        JOB
      shop-creator-claude  claude  working  87dc548e  -",
        "
      SESSION              AGENT   STATE  ID        JOB
      shop-creator-claude  claude  idle   87dc548e  -",
      ]
    `);
  });
});

describe('explain', () => {
  test('shows every piece of evidence, and the screen escaped', async () => {
    const identity = { id: '87dc548e', rung: 1, said: 'sessions/201133.json' } as const;
    const report = reportWith({}, [[shop, verdictOf(shop, { identity })]]);
    const { context } = fakeContext({ passes: [report] });
    const input = { words: ['shop-creator-claude'], values: { screen: true } };
    const [answer] = await answers(explain, context, input);
    expect(answer?.text).toMatchInlineSnapshot(`
      "shop-creator-claude  working
      registry  running, line 3
      socket    /tmp/tmux-1000/default
      id        87dc548e recorded
                87dc548e proven by rung 1: sessions/201133.json
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
