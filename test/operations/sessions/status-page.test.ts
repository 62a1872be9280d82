import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { Verdict } from '../../../src/core/model/plan.ts';
import type { PassReport } from '../../../src/operations/context.ts';
import { status } from '../../../src/operations/status.ts';
import { aWorld, idsOf } from '../../core/world.ts';
import {
  answers,
  at,
  documentWith,
  entryOf,
  fakeContext,
  reportWith,
  verdictOf,
  withConversations,
} from '../fake-context.ts';

const uuid = '87dc548e-0000-4000-8000-000000000001';
const minute = 60_000;
/** The conversation whose file is there. */
const resumable = idsOf({ own: null, claude: '87dc548e' });

function seen(session: string, verdict: Partial<Verdict> = {}, entry: Partial<Entry> = {}): [Entry, Verdict] {
  const whole = entryOf(session, { ids: idsOf({ own: null, claude: uuid }), ...entry });
  return [whole, verdictOf(whole, verdict)];
}

const waits = (session: string, minutes: number, entry: Partial<Entry> = {}) =>
  seen(session, { activity: 'waiting', waiting: { for: 'permission prompt', since: at - minutes * minute } }, entry);
const died = (session: string, minutes: number, terminationMode = 'auto-detected') =>
  seen(
    session,
    { liveness: 'gone' },
    { ids: resumable, status: 'terminated', terminatedAt: at - minutes * minute, terminationMode },
  );

async function shown(
  rows: readonly [Entry, Verdict][],
  values: Record<string, string | boolean> = {},
  { columns, report }: { columns?: number; report?: Partial<PassReport> } = {},
) {
  const { context } = fakeContext({ passes: [reportWith(report ?? {}, rows)] });
  const output = { ...context.output, ...(columns === undefined ? {} : { columns, stdoutIsTerminal: true }) };
  const [answer] = await answers(status, { ...context, output }, { values });
  return answer ?? { text: '', json: null, exit: 0 };
}

const fleet = [
  died('old', 3 * 24 * 60, 'manual'),
  seen('works', { activity: 'working', activitySince: at - 3 * minute }),
  seen('idle-long', { activity: 'idle', activitySince: at - 180 * minute }),
  seen('idle-now', { activity: 'idle', activitySince: at }),
  seen('shell', { activity: 'shell' }),
  seen('exited', { activity: 'exited' }, { ids: resumable }),
  seen('dark', { liveness: 'unknown', doubt: { reason: 'no answer', cure: 'kill -CONT 12' } }),
  seen('away', { liveness: 'unknown', elsewhere: { host: 'lab1', hasNamesake: false } }),
  died('died', 180),
  waits('asks', 2),
  waits('asks-longer', 12, { workspace: 'blog', agent: 'agy' }),
];

test('shows what needs its user first, since when, how to bring back what is gone, and the counts', async () => {
  const { text } = await shown(fleet);
  expect(text.replaceAll(uuid, '<id>')).toMatchInlineSnapshot(`
    "SESSION      AGENT   STATE                             SINCE  ID
    asks-longer  agy     needs you 12m: permission prompt  12m    -
    asks         claude  needs you 2m: permission prompt   2m     <id>
    works        claude  working                           3m     <id>
    idle-now     claude  idle                              <1m    <id>
    idle-long    claude  idle                              3h     <id>
    shell        claude  shell                             -      <id>
    exited       claude  agent exited                      -      87dc548e
        cd /home/me/shop && claude --resume 87dc548e
    died         claude  gone                              3h     87dc548e
        cd /home/me/shop && claude --resume 87dc548e
    dark         claude  unknown                           -      <id>
    away         claude  elsewhere (lab1)                  -      <id>
    old          claude  terminated                        3d     87dc548e
    dark is unknown: no answer. Cure: kill -CONT 12
    11 sessions: 2 need you · 1 working · 2 idle · 1 shell · 1 agent exited · 1 gone · 1 unknown · 1 elsewhere · 1 terminated"
  `);
});

describe('at 80 columns', () => {
  const longest = (text: string) => Math.max(...text.split('\n').map((line) => stringWidth(line)));

  test('nothing breaks the table: ids go first, then the middle of long names', async () => {
    const long = 'an-unusually-long-name-of-a-workspace-number-1-creator-claude';
    const { text } = await shown([waits(long, 12), seen('店舗-creator-claude')], {}, { columns: 80 });
    expect(longest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "SESSION                              AGENT   STATE                         SINCE
      an-unusually-long…-1-creator-claude  claude  needs you: permission prompt  12m
      店舗-creator-claude                  claude  working                       -
      2 sessions: 1 needs you · 1 working"
    `);
  });

  test('short names keep the beginning of the id', async () => {
    expect((await shown([seen('shop-creator-claude')], {}, { columns: 60 })).text).toMatchInlineSnapshot(`
      "SESSION              AGENT   STATE    SINCE  ID
      shop-creator-claude  claude  working  -      87dc548e-0000-…
      1 session: 1 working"
    `);
  });

  test('thirty dead sessions are thirty lines, and one that brings them back', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `10000${index + 100}`);
    const dead = ids.map((own, index) => {
      const [entry] = died(`lab-landing-page-${index}-creator-claude`, 60);
      return seen(entry.session, { liveness: 'gone' }, { ...entry, ids: idsOf({ own }) });
    });
    const { observation } = withConversations(reportWith({}, dead), ids);
    const { text } = await shown(dead, {}, { columns: 80, report: { observation } });
    const lines = text.split('\n');
    expect(longest(lines.slice(0, 31).join('\n'))).toBeLessThanOrEqual(80);
    expect(lines.slice(31)).toMatchInlineSnapshot(`
      [
        "30 sessions can be brought back (lab-landing-page-0-creator-claude, lab-landing-page-1-creator-claude, lab-landing-page-2-creator-claude, lab-landing-page-3-creator-claude, lab-landing-page-4-creator-claude, lab-landing-page-5-creator-claude and 24 others): agent-sessions-monitor --registry /home/me/registry.yaml resume | sh",
        "30 sessions: 30 gone",
      ]
    `);
  });

  test('of many that are over the last ones are shown; a program reads them all', async () => {
    const over = Array.from({ length: 30 }, (_, index) => died(`over-${index}`, index, 'manual'));
    const few = (await shown(over, {}, { columns: 80 })).text.split('\n');
    expect(few.slice(5)).toEqual([
      expect.stringMatching(/^over-4 /),
      '25 more are terminated: --all shows them',
      '30 sessions: 30 terminated',
    ]);
    expect((await shown(over, { all: true }, { columns: 80 })).text.split('\n')).toHaveLength(32);
    expect((await shown(over)).text.split('\n')).toHaveLength(32);
  });
});

test('sessions that are unknown for one reason are told of once', async () => {
  const dark = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) =>
    seen(name, { liveness: 'unknown', doubt: { reason: 'its pane may live', cure: 'close it' } }),
  );
  const { text } = await shown(dark);
  expect(text).toContain('\na, b, c, d, e, f and 3 others are unknown: its pane may live. Cure: close it\n');
});

describe('filters', () => {
  const down = seen('down', { liveness: 'gone' }, { workspace: 'blog' });
  const names = ({ json }: { json: unknown }) =>
    (json as { sessions: { session: string }[] }).sessions.map(({ session }) => session);

  test('choose rows for people and programs; the exit code is that of the shown ones', async () => {
    const both = await shown([...fleet, down], { workspace: 'blog' });
    expect([names(both), both.exit]).toEqual([['asks-longer', 'down'], 1]);
    expect(both.text).toMatch(/\n2 sessions: 1 needs you · 1 gone$/);
    const agy = await shown([...fleet, down], { workspace: 'blog', agent: 'agy' });
    expect([names(agy), agy.exit]).toEqual([['asks-longer'], 0]);
    const waiting = await shown([...fleet, down], { waiting: true });
    expect([names(waiting), waiting.exit]).toEqual([['asks', 'asks-longer'], 0]);
    expect(waiting.text.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'SESSION',
      'asks-longer',
      'asks',
      'dark',
      '12',
    ]);
  });

  test('say when nothing is chosen, and stay blind with the whole', async () => {
    expect((await shown([down], { workspace: 'none' })).text).toBe('no session in the registry is one of these');
    const blind = [{ source: 'tmux:/s', since: '2026-07-01T09:00:30.000Z', reason: 'no answer', cure: 'wake it' }];
    const report = { exit: 4, document: documentWith({ blind }) } as const;
    expect(await shown([seen('dark', { liveness: 'unknown' })], { waiting: true }, { report })).toMatchObject({
      text: 'no session needs you\ncannot see tmux:/s: no answer. Cure: wake it\n1 session: 1 unknown',
      exit: 4,
    });
  });

  test('refuse an agent that is none', async () => {
    await expect(shown(fleet, { agent: 'claud' })).rejects.toMatchObject({
      code: 2,
      message: 'there is no agent claud',
      cure: 'did you mean claude? it is one of claude, agy, codex, opencode',
    });
  });
});

test('--line is the line of the status bar', async () => {
  expect((await shown(fleet, { line: true })).text).toBe(
    '2 need you · 1 working · 1 agent exited · 1 gone · 1 unknown',
  );
  expect((await shown([seen('a', { activity: 'idle' })], { line: true })).text).toBe('1 idle');
  expect(await shown([], { line: true })).toMatchObject({ text: '', exit: 0 });
});

test('a session that runs again is what it is, although its entry says terminated', async () => {
  const over = { status: 'terminated', terminatedAt: at - 5 * minute, terminationMode: 'auto-detected' } as const;
  const rows = [waits('asks', 2, over), seen('works', {}, over), seen('ended', { outlives: true }, over)];
  const { text, json } = await shown(rows);
  expect(text.replaceAll(uuid, '<id>')).toMatchInlineSnapshot(`
    "SESSION  AGENT   STATE                                                    SINCE  ID
    asks     claude  needs you 2m: permission prompt · entry says terminated  2m     <id>
    works    claude  working · entry says terminated                          -      <id>
    ended    claude  terminated · still alive                                 -      <id>
    3 sessions: 1 needs you · 1 working · 1 alive"
  `);
  expect(json).toMatchObject({
    sessions: [
      { group: 'needs-you', state: 'needs you 2m: permission prompt · entry says terminated' },
      { group: 'working', state: 'working · entry says terminated' },
      { group: 'alive', state: 'terminated · still alive' },
    ],
  });
  const { json: waiting } = await shown(rows, { waiting: true });
  expect(waiting).toMatchObject({ sessions: [{ session: 'asks' }] });
  expect((await shown(rows, { line: true })).text).toBe('1 needs you · 1 working');
});

test('at 60 columns the reason stands whole, and how long it waits stands once', async () => {
  const { text } = await shown([waits('shop-creator-claude', 12)], {}, { columns: 60 });
  expect(text.split('\n')[1]).toBe('shop-cr…-claude  claude  needs you: permission prompt  12m');
});

test('a waiting that is snoozed says so', async () => {
  const input = aWorld({ now: at, ledger: { snoozed: new Map([['asks', at + 20 * minute]]) } });
  const { text, json } = await shown([waits('asks', 2), waits('tells', 1)], {}, { report: { input } });
  expect(text.split('\n')[1]).toMatch(/needs you 2m: permission prompt · snoozed until \d\d:\d\d {2}2m/);
  expect(text).not.toMatch(/tells.*snoozed/);
  const until = new Date(at + 20 * minute).toISOString();
  expect(json).toMatchObject({ sessions: [{ snoozed: { until } }, { snoozed: null }] });
});
