import { describe, expect, test } from 'vitest';
import type { DigestInput, FoundDrift, PresentSession } from '../../../src/core/timeline/digest-input.ts';
import { digestOf } from '../../../src/core/timeline/digest.ts';
import type { BlockOptions } from '../../../src/operations/digest/block-options.ts';
import { digestBlocks } from '../../../src/operations/digest/digest-blocks.ts';
import { markdown } from '../../../src/operations/digest/markdown.ts';
import { pastesFor } from '../../../src/operations/digest/paste.ts';
import { plainText } from '../../../src/operations/digest/plain-text.ts';
import type { LostSession, WayBack } from '../../../src/operations/digest/lost-with.ts';
import { at, began, ended, line } from '../../core/timeline/lines.ts';

const now = at(7, 30);
const place = { path: '/r.yaml', isUsual: true, program: ['agent-sessions-monitor'] };

const running: Omit<PresentSession, 'session'> = {
  workspace: null,
  runs: true,
  waiting: null,
  snoozed: null,
  idle: null,
  createdAt: null,
  ended: null,
};

function present(session: string, change: Partial<PresentSession> = {}): PresentSession {
  return { ...running, session, ...change };
}

function lost(session: string, change: Partial<PresentSession> = {}): PresentSession {
  return present(session, { runs: false, ended: { at: at(2), byUser: false }, ...change });
}

function drift(kind: string, when: number, sessions: readonly string[], change: Partial<FoundDrift> = {}): FoundDrift {
  const message = `${sessions.join(', ')}: ${kind}.`;
  return {
    id: `${kind} ${when}`,
    at: when,
    kind,
    sessions,
    message,
    end: null,
    takenBack: false,
    idChange: null,
    ...change,
  };
}

function script(session: string): WayBack {
  return { kind: 'script', line: `tmux -L default new-session -d -s ${session} claude --resume 87dc548e` };
}

const quiet: DigestInput = {
  span: { from: at(-4), to: now },
  lines: [began(at(-5))],
  watchedUntil: now,
  drifts: [],
  sessions: [],
  jobs: [],
  workedMs: 120_000,
};

function optionsFor(input: DigestInput, change: Partial<BlockOptions> = {}): BlockOptions {
  const lost = change.lost ?? digestOf(input).lost.map((session) => ({ session, wayBack: script(session) }));
  return {
    now,
    zone: () => 0,
    begins: 'given',
    reachesTo: null,
    unreadable: [],
    absentRegistry: null,
    unregistered: [],
    lost,
    pastes: pastesFor(
      { inSpan: lost, byDefault: lost.map(({ session }) => session), before: [], since: '20:00' },
      place,
    ),
    atMost: 6,
    shows: {
      waiting: 'asm status --waiting',
      history: 'asm history --since 20:00',
      whole: 'asm digest --markdown',
      register: 'asm reconcile',
    },
    watch: 'asm monitor',
    ...change,
  };
}

function textOf(change: Partial<DigestInput>, options: Partial<BlockOptions> = {}, width = 80): Promise<string> {
  const input = { ...quiet, ...change };
  return plainText(digestBlocks(digestOf(input), optionsFor(input, options)), (_, text) => text, width);
}

const night: Partial<DigestInput> = {
  lines: [
    began(at(-5)),
    line(at(-5), 'shop-creator-claude', 'working'),
    line(at(-5), 'blog-creator-claude', 'working'),
    line(at(-5), 'news-creator-claude', 'idle'),
    line(at(-5), 'docs-creator-agy', 'working'),
    line(at(-1), 'docs-creator-agy', 'gone'),
    line(at(0), 'shop-creator-claude', 'waiting'),
    line(at(0, 20), 'shop-creator-claude', 'working'),
    line(at(1, 15), 'blog-creator-claude', 'idle'),
    ended(at(2)),
    began(at(2, 40)),
    line(at(2, 40), 'shop-creator-claude', 'working'),
    line(at(2, 40), 'blog-creator-claude', 'idle'),
    line(at(2, 40), 'news-creator-claude', 'gone'),
    line(at(5, 10), 'shop-creator-claude', 'waiting'),
  ],
  drifts: [
    drift('session-gone', at(-1), ['docs-creator-agy'], { end: { at: at(-1), because: 'repaired' } }),
    drift('session-unregistered', at(1), ['api-creator-claude']),
    drift('session-id-rotated', at(1, 20), ['blog-creator-claude'], {
      idChange: { from: '87dc548e-0000-4000-8000-000000000000', to: '10000000-0000-4000-8000-000000000000' },
    }),
    drift('tmux-server-died', at(2, 40), ['news-creator-claude', 'data-creator-claude', 'test-creator-claude']),
  ],
  sessions: [
    present('shop-creator-claude', { waiting: { for: 'permission prompt', since: at(5, 10) } }),
    present('blog-creator-claude', { idle: { since: at(1, 15) } }),
    lost('news-creator-claude'),
    lost('data-creator-claude'),
    present('test-creator-claude'),
    lost('docs-creator-agy'),
    present('old-creator-claude', { runs: false, ended: { at: at(3), byUser: true } }),
  ],
  jobs: [{ id: 'job-3f2a9c1e', session: 'blog-creator-claude', state: 'done', updatedAt: at(1, 14) }],
};

describe('a digest', () => {
  test('of a night: what needs the user, what died and what to paste, what changed, and the times', async () => {
    expect(await textOf(night)).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      No monitor watched from 02:00 to 02:40 (40m). Of that time only what was found
      afterwards is known.

      Needs you now:
        shop-creator-claude  permission prompt, for 2h

      Died:
        02:40  The tmux server died, and 3 sessions with it: news-creator-claude,
               data-creator-claude, test-creator-claude. They were last seen alive at
               02:00, and found gone at 02:40. Back since: test-creator-claude.
        23:00  docs-creator-agy: tmux session closed or killed while it worked.

        To bring back all 3 that are lost (docs-creator-agy, news-creator-claude,
        data-creator-claude), paste this (leave out "| sh" to see it first):
          agent-sessions-monitor resume | sh

      Ended by you:
        03:00  old-creator-claude

      Finished, and idle now:
        blog-creator-claude  idle since 01:15, after 5h15m of work

      Jobs:
        01:14  job job-3f2a9c1e of blog-creator-claude: done

      New and changed:
        01:00  api-creator-claude: new in the registry
        01:20  blog-creator-claude: goes on in conversation 10000000 (was 87dc548e)

      Time of each session:
        SESSION              WORKED  WAITED      IDLE   ENDED  UNWATCHED
        shop-creator-claude  8h10m   2h40m (2x)  -      -      40m
        blog-creator-claude  5h15m   -           5h35m  -      40m
        docs-creator-agy     3h00m   -           -      7h50m  40m
        news-creator-claude  -       -           6h00m  4h50m  40m"
    `);
  });

  test('of a quiet night says so, and that it was watched', async () => {
    expect(await textOf({})).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      Nothing happened since 20:00.
      No session says that it waits for you.
      A monitor watched all the time."
    `);
    expect(await textOf({ span: { from: at(4), to: now } }, { begins: 'last-asked' })).toMatchInlineSnapshot(`
      "Since you last asked at 04:00, 3h30m ago. Times are in UTC.
      Nothing happened since 04:00.
      No session says that it waits for you.
      A monitor watched all the time."
    `);
  });

  test('names both zones where the clocks were changed in it', async () => {
    const zone = (ms: number) => (ms < at(1) ? 120 : 60);
    expect((await textOf({}, { zone })).replaceAll('\n', ' ')).toContain(
      'The last 11h30m, since 22:00. Times are in UTC+2, and in UTC+1 since the clocks were changed. Nothing',
    );
  });

  test('says what it does not know: nobody watched, the log begins later, a source cannot be read', async () => {
    const blind = drift('blind', at(3), [], {
      message: 'tmux:/tmp/tmux-1000/default cannot be asked: no answer in 2000 ms.',
      end: { at: at(4), because: 'world' },
    });
    const unreadable = ['cannot see jobs: EACCES. Cure: make it readable'];
    const reachesTo = { at: at(-1), isBeginning: true };
    expect(
      await textOf(
        { lines: [], watchedUntil: null, drifts: [blind] },
        { begins: 'never-asked', reachesTo, unreadable, zone: () => 120 },
      ),
    ).toMatchInlineSnapshot(`
      "You did not ask before, so this is the last 11h30m, since 22:00. Times are in
      UTC+2.
      The log begins at 01:00: nothing was written down before.
      No monitor watched in this time. This is what single passes found, and what is
      seen now. To have your sessions watched:
          asm monitor

      Needs you now:
        cannot see jobs: EACCES. Cure: make it readable

      Could not be seen:
        05:00 to 06:00  tmux:/tmp/tmux-1000/default cannot be asked: no answer in 2000
                        ms."
    `);
    // What came before the log began is said once, and no monitor is claimed.
    const fresh = { reachesTo: { at: now - 200, isBeginning: true } };
    expect(await textOf({ lines: [], watchedUntil: null }, fresh)).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      Nothing was found since 07:29.
      No session says that it waits for you.
      The log begins at 07:29: nothing was written down before.
      No monitor watched in this time. This is what single passes found, and what is
      seen now. To have your sessions watched:
          asm monitor"
    `);
    expect(await textOf({ lines: [began(at(7))] }, { reachesTo: { at: at(7), isBeginning: true } }))
      .toMatchInlineSnapshot(`
        "The last 11h30m, since 20:00. Times are in UTC.
        Nothing happened since 07:00.
        No session says that it waits for you.
        The log begins at 07:00: nothing was written down before.
        A monitor watched since then."
      `);
    const marks = [0, 1, 2, 3, 4].flatMap((hours) => [ended(at(hours)), began(at(hours, 10))]);
    expect(
      await textOf(
        { lines: [began(at(-9)), ...marks], watchedUntil: at(6) },
        { reachesTo: { at: at(1), isBeginning: false } },
      ),
    ).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      Nothing was found since 20:00.
      No session says that it waits for you.
      The log reaches back to 01:00 only: what was found before that is no longer in
      it.
      No monitor watched from 03:00 to 03:10 (10m), from 04:00 to 04:10 (10m), from
      06:00 until now (1h30m), and 3 times before. Of that time only what was found
      afterwards is known. None watches now; to start one:
          asm monitor"
    `);
  });

  test('each cause of a death has its words, and one lost session its line', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `s${index + 1}`);
    const change = {
      drifts: [
        drift('session-gone', at(0), ['meant'], { end: { at: at(0), because: 'human' } }),
        drift('session-gone', at(0), ['taken-back'], { takenBack: true }),
        drift('host-rebooted', at(1), names),
        drift('agent-exited', at(2), ['shop']),
        drift('session-gone', at(2), ['blog']),
        drift('session-gone', at(2), ['news']),
        drift('session-gone', at(3), ['s1']),
        drift('session-gone', at(4), ['dim']),
        drift('session-gone', at(4), ['dropped']),
        drift('tmux-server-died', at(5), ['s2', 'dim', 'dropped']),
        drift('registry-unreadable', at(6), [], {
          message: 'The registry cannot be read.',
          end: { at: at(6, 5), because: 'world' },
        }),
      ],
      sessions: [
        ...names.map((name) => present(name)),
        lost('shop', { ended: null }),
        lost('blog'),
        lost('news'),
        present('dim', { runs: null }),
      ],
    };
    const ways: readonly LostSession[] = [
      { session: 'shop', wayBack: { kind: 'own-shell', line: 'cd /home/me/shop && claude --resume 87dc548e' } },
      { session: 'blog', wayBack: script('blog') },
      { session: 'news', wayBack: { kind: 'none', reason: 'No conversation of it is recorded.' } },
    ];
    expect(
      await textOf(change, {
        lost: ways,
        atMost: 20,
        pastes: pastesFor(
          {
            inSpan: ways,
            byDefault: ['blog', 'early'],
            before: [{ session: 'early', wayBack: script('early') }],
            since: '20:00',
          },
          place,
        ),
      }),
    ).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      No session says that it waits for you.
      A monitor watched all the time.

      Died:
        02:00  shop: its agent ended; a bare shell is left.
        02:00  blog: tmux session closed or killed.
        02:00  news: tmux session closed or killed.
        01:00  The machine rebooted, and 20 sessions with it: s1, s2, s3, s4, s5, s6
               and 14 others. Back since: s3, s4, s5, s6, s7, s8 and 12 others. Came
               back, and died again: s1 (03:00), s2 (05:00).
        05:00  The tmux server died, and 3 sessions with it: s2, dim, dropped. Back
               since: s2. Not known whether back: dim. Entries taken out since:
               dropped.
        03:00  3 single deaths from then on, all over. They run again: s1. They came
               back, and died again later: dim, dropped.

        To bring back blog, paste this (leave out "| sh" to see it first):
          agent-sessions-monitor resume blog | sh

        To go on in shop, paste this into the shell that is left there:
          cd /home/me/shop && claude --resume 87dc548e

      Lost before 20:00, and not back:
        To bring back early, paste this (leave out "| sh" to see it first):
          agent-sessions-monitor resume early | sh

      No command brings these back:
        news  No conversation of it is recorded.

      Ended by you:
        00:00  meant

      New and changed:
        06:00  The registry cannot be read. Over since 06:05."
    `);
    // Where not all can be shown, what is not back is.
    const few = await textOf(change, { lost: ways, atMost: 3 });
    expect(few.slice(few.indexOf('Died:'), few.indexOf(' more: asm history'))).toMatchInlineSnapshot(`
      "Died:
        02:00  shop: its agent ended; a bare shell is left.
        02:00  blog: tmux session closed or killed.
        02:00  news: tmux session closed or killed.
        03:00  3 single deaths from then on, all over. They run again: s1. They came
               back, and died again later: dim, dropped.
        and 2"
    `);
    const gone = { drifts: [drift('session-gone', at(3), ['blog'])], sessions: [lost('blog')] };
    expect(await textOf(gone)).toContain(
      'To bring back blog, paste this (leave out "| sh" to see it first):\n    agent-sessions-monitor resume | sh',
    );
    // What the user has ended since is not to be brought back.
    expect(await textOf({ ...gone, sessions: [lost('blog', { ended: { at: at(4), byUser: true } })] })).not.toContain(
      'back',
    );
  });

  test('after many single deaths and a dead server, what is dead now is told first, and its paste in 24 lines', async () => {
    const names = ['shop', 'blog', 'news', 'docs', 'data', 'test', 'wiki'].map((name) => `${name}-creator-claude`);
    const singles = names.slice(0, 6).map((name, index) => drift('session-gone', at(1, index), [name]));
    const change = {
      drifts: [...singles, drift('session-gone', at(2), ['left']), drift('tmux-server-died', at(3), names)],
      sessions: [...names.map((name) => lost(name)), present('left')],
      lines: [began(at(-5)), ...names.map((name) => line(at(-5), name, 'working'))],
    };
    const text = await textOf(change);
    expect(text.slice(0, text.indexOf('Time of each'))).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      No session says that it waits for you.
      A monitor watched all the time.

      Died:
        03:00  The tmux server died, and 7 sessions with it: shop-creator-claude,
               blog-creator-claude, news-creator-claude, docs-creator-claude,
               data-creator-claude, test-creator-claude, wiki-creator-claude.
        01:00  7 single deaths from then on, all over. They run again: left. They came
               back, and died again later: shop-creator-claude, blog-creator-claude,
               news-creator-claude, docs-creator-claude, data-creator-claude,
               test-creator-claude.

        To bring back all 7 that are lost (shop-creator-claude, blog-creator-claude,
        news-creator-claude, docs-creator-claude, data-creator-claude,
        test-creator-claude, wiki-creator-claude), paste this (leave out "| sh" to see
        it first):
          agent-sessions-monitor resume | sh

      "
    `);
    expect(text.split('\n').findIndex((line) => line.endsWith('resume | sh'))).toBeLessThan(24);
    // A single death alone says when it died again.
    const again = { drifts: [singles[0], drift('tmux-server-died', at(3), names)].filter((one) => one !== undefined) };
    const whole = await textOf({ ...change, ...again }, { atMost: Infinity });
    expect(whole).toContain('shop-creator-claude: tmux session closed or killed while it worked.');
    expect(whole).toContain('died again at 03:00.');
  });

  test('of the deaths that are all still dead, the newest are kept', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    const change = {
      drifts: names.map((name, index) => drift('session-gone', at(index - 2), [name])),
      sessions: names.map((name) => lost(name)),
    };
    const text = await textOf(change);
    expect(text).not.toMatch(/s[012]: tmux/);
    expect(text).toMatch(/s3: tmux[^]*s8: tmux[^]*and 3 more: asm history/);
  });

  test('a session that comes back after a death of before is told', async () => {
    const drifts = [drift('session-revived', at(3), ['shop']), drift('session-revived', at(4), ['blog'])];
    expect(await textOf({ drifts })).toContain('  03:00  back, dead before (the last at 04:00): shop, blog');
  });

  test('a mass death names those that waited for an answer', async () => {
    const lines = [began(at(-5)), line(at(-5), 'shop', 'waiting'), line(at(-5), 'blog', 'working')];
    const died = { lines, drifts: [drift('tmux-server-died', at(3), ['shop', 'blog'])] };
    expect(await textOf({ ...died, sessions: [lost('shop'), lost('blog')] })).toMatch(
      /2 sessions with it: shop, blog\.\s+Waited\s+for\s+you\s+then: shop\./,
    );
  });

  test('a death whose last sign of life is of the same minute leaves that out', async () => {
    const lines = [began(at(-5)), line(at(-5), 'shop', 'working'), line(at(3), 'shop', 'unknown')];
    const dead = { lines, sessions: [lost('shop')] };
    const early = await textOf({ ...dead, drifts: [drift('session-gone', at(3) + 2_000, ['shop'])] });
    expect(early).toContain('03:00  shop: tmux session closed or killed.\n');
    const late = await textOf({ ...dead, drifts: [drift('session-gone', at(3, 5), ['shop'])] });
    expect(late).toMatch(/It was last seen alive at 03:00,\s+and found gone at 03:05\./);
  });

  test('says that there is no registry, and what is not in it yet, and calls no such session new', async () => {
    const text = await textOf({}, { absentRegistry: '/typo.yaml', unregistered: ['a', 'b'] });
    expect(text).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      There is no registry at /typo.yaml. If that path is right, the first pass that
      writes makes it.
      Not in the registry yet: a, b. To register:
          asm reconcile
      Nothing happened since 20:00.
      No session says that it waits for you.
      A monitor watched all the time."
    `);
  });

  test('new sessions are one line', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    const text = await textOf({ drifts: names.map((name) => drift('session-unregistered', at(1), [name])) });
    expect(text).toContain('  01:00  9 new in the registry: s0, s1, s2, s3, s4, s5 and 3 others');
  });

  test('of sessions that came at several times the last time is told too', async () => {
    const drifts = [1, 3].map((hour) => drift('session-unregistered', at(hour), [`new-${hour}`]));
    const text = await textOf({ drifts });
    expect(text).toContain('  01:00  2 new in the registry (the last at 03:00): new-1, new-3');
  });

  test('what was taken back is not told', async () => {
    const change = { takenBack: true };
    const drifts = [
      drift('session-unregistered', at(1), ['a'], change),
      drift('session-revived', at(1), ['b'], change),
      drift('session-id-materialized', at(1), ['c'], { ...change, idChange: { from: null, to: 'x' } }),
    ];
    expect(await textOf({ drifts })).toContain('Nothing happened');
  });

  test('a monitor that died a moment ago did not watch all the time', async () => {
    const text = await textOf({ watchedUntil: now - 300 });
    expect(text).toContain('No monitor watched from 07:29 until now');
    expect(await textOf({ span: { from: now - 300, to: now }, watchedUntil: now - 90_000 })).toContain(
      'No monitor watched in this time.',
    );
    // A clock that was set back leaves no time to speak of.
    expect(await textOf({ span: { from: now, to: now }, watchedUntil: null })).not.toContain('watched');
  });

  test('what a session did is counted since it idled before, and the table is sorted by what it shows', async () => {
    const lines = [
      began(at(-5)),
      line(at(-5), 'shop', 'working'),
      line(at(0), 'shop', 'idle'),
      line(at(1), 'shop', 'working'),
      line(at(1, 10), 'shop', 'idle'),
      line(at(-5), 'blog', 'shell'),
      line(at(-5), 'news', 'working'),
      line(at(0), 'news', 'idle'),
    ];
    const sessions = ['shop', 'blog', 'news'].map((name) => present(name, { idle: { since: null } }));
    const text = await textOf({ lines, sessions });
    expect(text).toMatchInlineSnapshot(`
      "The last 11h30m, since 20:00. Times are in UTC.
      No session says that it waits for you.
      A monitor watched all the time.

      Finished, and idle now:
        news  idle since 00:00, after 4h00m of work
        shop  idle since 01:10, after 10m of work

      Time of each session:
        SESSION  WORKED  WAITED  IDLE
        blog     11h30m  -       -
        shop     4h10m   -       7h20m
        news     4h00m   -       7h30m"
    `);
  });

  test('a narrow terminal gets lines that fit; only commands are longer', async () => {
    const text = await textOf(night, {}, 60);
    expect(text.split('\n').filter((one) => one.length > 60 && !one.startsWith('    '))).toEqual([]);
    expect(text.slice(text.indexOf('Time of each'))).toMatchInlineSnapshot(`
      "Time of each session:
        SESSION              WORKED  WAITED      IDLE   ENDED
        shop-creator-claude  8h10m   2h40m (2x)  -      -
        blog-creator-claude  5h15m   -           5h35m  -
        docs-creator-agy     3h00m   -           -      7h50m
        news-creator-claude  -       -           6h00m  4h50m"
    `);
  });

  test('many lines fold to a count and the command that shows all; Markdown shows all', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `lab-${String(index).padStart(2, '0')}-creator-claude`);
    const many: Partial<DigestInput> = {
      drifts: names.map((name) => drift('session-gone', at(1), [name])),
      sessions: names.map((name) => present(name, { waiting: { for: null, since: null } })),
      lines: [began(at(-5)), ...names.map((name) => line(at(-5), name, 'working'))],
    };
    const text = await textOf(many);
    expect(text).toContain('  and 24 more: asm status --waiting\n');
    expect(text).toMatch(/30 single deaths from then on, all over\. They\s+run\s+again:\s+lab-00-creator-claude, /);
    // The table takes the rest of a screen.
    expect(text.split('\n').at(-1)).toBe('  and 2 more: asm digest --markdown');
    expect(text.split('\n').length).toBeLessThanOrEqual(50);
    const input = { ...quiet, ...many };
    const whole = markdown(digestBlocks(digestOf(input), optionsFor(input, { atMost: Infinity })));
    expect(names.every((name) => whole.split(name).length === 4)).toBe(true);
  });

  test('names from outside are text: no control character, no Markdown, no line beyond the width', async () => {
    const name = `evil\u001b[31m\n<img> [x](y) \`*_|${'é'.repeat(60)}`;
    const change: Partial<DigestInput> = {
      drifts: [drift('session-gone', at(1), [name])],
      sessions: [lost(name, { waiting: { for: 'question', since: at(7) } })],
      lines: [began(at(-5)), line(at(-5), name, 'working')],
    };
    const text = await textOf(change);
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const input = { ...quiet, ...change };
    const page = markdown(digestBlocks(digestOf(input), optionsFor(input)));
    expect(page.replaceAll(/\\./g, '').replaceAll(/```[^]*?```/g, '')).not.toMatch(/[<>[`]|\bimg\]/);
  });

  test('in Markdown', () => {
    const input = { ...quiet, ...night };
    expect(markdown(digestBlocks(digestOf(input), optionsFor(input, { atMost: Infinity })))).toMatchInlineSnapshot(`
      "# The last 11h30m, since 20:00. Times are in UTC.

      No monitor watched from 02:00 to 02:40 (40m). Of that time only what was found afterwards is known.

      ## Needs you now

      - shop-creator-claude · permission prompt, for 2h

      ## Died

      - 02:40 · The tmux server died, and 3 sessions with it: news-creator-claude, data-creator-claude, test-creator-claude. They were last seen alive at 02:00, and found gone at 02:40. Back since: test-creator-claude.
      - 23:00 · docs-creator-agy: tmux session closed or killed while it worked.

      To bring back all 3 that are lost (docs-creator-agy, news-creator-claude, data-creator-claude), paste this (leave out "\\| sh" to see it first):

      \`\`\`sh
      agent-sessions-monitor resume | sh
      \`\`\`

      ## Ended by you

      - 03:00 · old-creator-claude

      ## Finished, and idle now

      - blog-creator-claude · idle since 01:15, after 5h15m of work

      ## Jobs

      - 01:14 · job job-3f2a9c1e of blog-creator-claude: done

      ## New and changed

      - 01:00 · api-creator-claude: new in the registry
      - 01:20 · blog-creator-claude: goes on in conversation 10000000 (was 87dc548e)

      ## Time of each session

      | SESSION | WORKED | WAITED | IDLE | ENDED | UNWATCHED |
      | --- | --: | --: | --: | --: | --: |
      | shop-creator-claude | 8h10m | 2h40m (2x) | - | - | 40m |
      | blog-creator-claude | 5h15m | - | 5h35m | - | 40m |
      | docs-creator-agy | 3h00m | - | - | 7h50m | 40m |
      | news-creator-claude | - | - | 6h00m | 4h50m | 40m |"
    `);
  });
});

test('a waiting that is snoozed is told, and that it is', async () => {
  const waiting = { for: 'question', since: at(7) } as const;
  const snoozed = (until: number | null) => present('shop', { waiting, snoozed: { until } });
  for (const [session, words] of [
    [snoozed(at(9, 20)), /question, for \S+, snoozed until \d\d:20/],
    [snoozed(null), /question, for \S+, snoozed$/m],
  ] as const) {
    expect(await textOf({ sessions: [session] })).toMatch(words);
  }
});
