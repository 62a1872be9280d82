import { expect, test } from 'vitest';
import { entryId } from '../../../src/core/model/entry.ts';
import type { SessionState, StateLine } from '../../../src/core/model/state.ts';
import { statesAnswer } from '../../../src/operations/answers/history.ts';
import { history } from '../../../src/operations/history.ts';
import { answers, at, entryOf, fakeContext } from '../fake-context.ts';

const minute = 60_000;
const began = (time: number): StateLine => ({ kind: 'watch-began', at: time, host: 'lab1' });
const ended = (time: number): StateLine => ({ kind: 'watch-ended', at: time });

function line(time: number, session: string, change: Partial<SessionState>, socket: string | null = null): StateLine {
  const state = { liveness: 'alive', activity: null, waitingFor: null, id: null, ...change } as const;
  const reason = `Claude Code: ${state.activity ?? state.liveness}`;
  const names = { entry: entryId({ session, socket }), session, workspace: 'lab', agent: 'claude' } as const;
  return { kind: 'state', at: time, ...names, state, source: 'claude', reason };
}

const lines: readonly StateLine[] = [
  began(at - 90 * minute),
  line(at - 90 * minute, 'shop', { activity: 'working', id: '10aa' }),
  line(at - 90 * minute, 'blog', { activity: 'idle' }, '/tmp/other'),
  line(at - 60 * minute, 'shop', { activity: 'waiting', waitingFor: 'question', id: '10aa' }),
  ended(at - 50 * minute),
  began(at - 20 * minute),
  line(at - 20 * minute, 'shop', { activity: 'working', id: '10aa' }),
  line(at - 20 * minute, 'blog', { activity: 'idle' }, '/tmp/other'),
  line(at - 10 * minute, 'shop', { activity: 'working', id: '20bb' }),
  line(at - 9 * minute, 'shop', { liveness: 'gone', id: '20bb' }),
  { kind: 'removed', at: at - 5 * minute, entry: entryId({ session: 'blog', socket: '/tmp/other' }) },
];

/** Returns a context whose state history holds these lines. */
function withLines(all: readonly StateLine[], watchedUntil: number | null = at) {
  const stateHistory = {
    read: () => Promise.resolve(all.slice()),
    changesSince: (since: number) => Promise.resolve(all.filter((one) => one.at >= since)),
    watchedUntil: () => Promise.resolve(watchedUntil),
  };
  const registry = { path: '/r', entries: [entryOf('quiet')], hash: 'h', mtime: 0 };
  const read = () => Promise.resolve({ kind: 'read' as const, registry, text: '' });
  return fakeContext({ stateHistory, registryFile: { read } }).context;
}

const asked = { states: true };

test('says each change with its source, and the time in which nothing watched', async () => {
  const [answer] = await answers(history, withLines(lines), { values: asked });
  expect(answer?.text).toMatchInlineSnapshot(`
    "2026-07-01T07:30:30Z a watch began on lab1
    2026-07-01T07:30:30Z shop: working · claude: Claude Code: working
    2026-07-01T07:30:30Z blog: idle · claude: Claude Code: idle
    2026-07-01T08:00:30Z shop: working → needs you: question · claude: Claude Code: waiting
    2026-07-01T08:10:30Z the watch ended
    2026-07-01T08:40:30Z a watch began on lab1; nothing watched for 30m before
    2026-07-01T08:40:30Z shop: needs you: question → working · claude: Claude Code: working
    2026-07-01T08:50:30Z shop: working · id 10aa → 20bb · claude: Claude Code: working
    2026-07-01T08:51:30Z shop: working → gone · claude: Claude Code: gone
    2026-07-01T08:55:30Z blog: idle → no entry any more · registry: its entry was taken out of the registry"
  `);
  expect(answer?.exit).toBe(0);
});

test('what was in force when `--since` began stands apart, and a change says what was before it', async () => {
  const values = { ...asked, since: at - 15 * minute, session: 'shop' };
  const [answer] = await answers(history, withLines(lines.slice(5)), { values });
  expect(statesAnswer.parse(answer?.json)).toMatchInlineSnapshot(`
    {
      "before": [
        {
          "agent": null,
          "at": "2026-07-01T08:40:30.000Z",
          "from": null,
          "host": "lab1",
          "reason": null,
          "session": null,
          "socket": null,
          "source": null,
          "to": null,
          "unwatched_since": null,
          "what": "watch-began",
          "workspace": null,
        },
        {
          "agent": "claude",
          "at": "2026-07-01T08:40:30.000Z",
          "from": null,
          "host": null,
          "reason": "Claude Code: working",
          "session": "shop",
          "socket": null,
          "source": "claude",
          "to": {
            "activity": "working",
            "id": "10aa",
            "liveness": "alive",
            "waiting_for": null,
          },
          "unwatched_since": null,
          "what": "state",
          "workspace": "lab",
        },
      ],
      "changes": [
        {
          "agent": "claude",
          "at": "2026-07-01T08:50:30.000Z",
          "from": {
            "activity": "working",
            "id": "10aa",
            "liveness": "alive",
            "waiting_for": null,
          },
          "host": null,
          "reason": "Claude Code: working",
          "session": "shop",
          "socket": null,
          "source": "claude",
          "to": {
            "activity": "working",
            "id": "20bb",
            "liveness": "alive",
            "waiting_for": null,
          },
          "unwatched_since": null,
          "what": "state",
          "workspace": "lab",
        },
        {
          "agent": "claude",
          "at": "2026-07-01T08:51:30.000Z",
          "from": {
            "activity": "working",
            "id": "20bb",
            "liveness": "alive",
            "waiting_for": null,
          },
          "host": null,
          "reason": "Claude Code: gone",
          "session": "shop",
          "socket": null,
          "source": "claude",
          "to": {
            "activity": null,
            "id": "20bb",
            "liveness": "gone",
            "waiting_for": null,
          },
          "unwatched_since": null,
          "what": "state",
          "workspace": "lab",
        },
      ],
      "watched_until": "2026-07-01T09:00:30.000Z",
    }
  `);
});

test('says since when nothing watches, and that nothing ever did', async () => {
  const words = async (of: readonly StateLine[], watchedUntil: number | null) =>
    (await answers(history, withLines(of, watchedUntil), { values: { ...asked, since: at - minute } }))[0]?.text;
  expect(await words(lines, at)).toBe('nothing has changed');
  expect(await words(lines, at - minute)).toBe('nothing has watched since 2026-07-01T08:59:30Z');
  expect(await words([], null)).toBe('nothing yet: no monitor has watched');
});

test('a watch that goes on is never called ended, however slow the answer', async () => {
  const context = withLines(lines);
  let now = at;
  const stateHistory = { ...context.stateHistory(), watchedUntil: () => Promise.resolve(now++) };
  const ticking = { ...context, now: () => now++, stateHistory: () => stateHistory };
  const [answer] = await answers(history, ticking, { values: { ...asked, since: at - minute } });
  expect(answer?.text).toBe('nothing has changed');
});

test('a session that only the registry knows has no change; an unknown one is refused', async () => {
  const of = (session: string) => answers(history, withLines(lines), { values: { ...asked, session } });
  expect((await of('quiet'))[0]?.json).toMatchObject({ changes: [{ what: 'watch-began' }, {}, {}] });
  await expect(of('shpo')).rejects.toMatchObject({ code: 2, cure: expect.stringContaining('shop') });
});

test('no control character of a session or a reason reaches the terminal', async () => {
  const hostile = line(at, 'a\u001b[2Jb', { activity: 'idle' });
  const [answer] = await answers(history, withLines([hostile]), { values: asked });
  expect(answer?.text).toContain('a\\x1b[2Jb: idle');
  expect(answer?.text).not.toContain('\u001b');
});

test('--follow shows what comes, once, also of the same moment', async () => {
  const all = [began(at), line(at, 'shop', { activity: 'idle' })];
  const end = new AbortController();
  const context = { ...withLines(all), signal: end.signal };
  const said: string[] = [];
  for await (const { text } of history.run(context, { words: [], values: { ...asked, follow: true }, json: false })) {
    said.push(text);
    if (said.length === 1)
      all.push(line(at, 'blog', { activity: 'idle' }), line(at + 1, 'shop', { activity: 'working' }));
    else end.abort();
  }
  expect(said).toMatchInlineSnapshot(`
    [
      "2026-07-01T09:00:30Z a watch began on lab1
    2026-07-01T09:00:30Z shop: idle · claude: Claude Code: idle",
      "2026-07-01T09:00:30Z blog: idle · claude: Claude Code: idle
    2026-07-01T09:00:30Z shop: idle → working · claude: Claude Code: working",
    ]
  `);
});
