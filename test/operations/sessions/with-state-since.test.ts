import { expect, test } from 'vitest';
import type { Activity } from '../../../src/core/model/activity.ts';
import { entryId, type Entry } from '../../../src/core/model/entry.ts';
import type { Verdict } from '../../../src/core/model/plan.ts';
import type { StateLine } from '../../../src/core/model/state.ts';
import { status } from '../../../src/operations/status.ts';
import { answers, at, entryOf, fakeContext, reportWith, verdictOf } from '../fake-context.ts';

const minute = 60_000;
const began = (time: number): StateLine => ({ kind: 'watch-began', at: time, host: 'lab1' });
const line = (time: number, session: string, activity: Activity | null): StateLine => ({
  kind: 'state',
  at: time,
  entry: entryId({ session, socket: null }),
  session,
  workspace: null,
  agent: 'codex',
  state: { liveness: 'alive', activity, waitingFor: null, id: null },
  source: 'codex',
  reason: 'its title',
});

const lines = [
  began(at - 60 * minute),
  line(at - 60 * minute, 'blog', 'idle'),
  line(at - 60 * minute, 'shop', 'working'),
  line(at - 12 * minute, 'shop', 'idle'),
];

/** Returns what `status` says of since when, by session, and for which entries it read the history. */
async function sinceOf(of: readonly [Entry, Partial<Verdict>][], watchedUntil: number | null = at) {
  const asked: unknown[] = [];
  const stateHistory = {
    endOf: (entries: ReadonlySet<string>) => (asked.push([...entries]), Promise.resolve(lines)),
    watchedUntil: () => Promise.resolve(watchedUntil),
  };
  const rows = of.map(([entry, change]): [Entry, Verdict] => [entry, verdictOf(entry, change)]);
  const [answer] = await answers(status, fakeContext({ passes: [reportWith({}, rows)], stateHistory }).context);
  const cells = (answer?.text ?? '').split('\n').slice(1, -1);
  return { since: cells.map((row) => row.replace(/ {2,}/g, '  ').split('  ').slice(0, 4).join(' | ')), asked };
}

const idle: Partial<Verdict> = { activity: 'idle' };

test('what the watch saw change is exact; what stood when it began is so at least since then', async () => {
  const { since } = await sinceOf([
    [entryOf('blog'), idle],
    [entryOf('shop'), idle],
  ]);
  expect(since).toEqual(['shop | claude | idle | 12m', 'blog | claude | idle | 1h+']);
});

test('nothing is said of a session that changed since, and after the end of the watch', async () => {
  expect((await sinceOf([[entryOf('shop'), { activity: 'working' }]])).since).toEqual(['shop | claude | working | -']);
  expect((await sinceOf([[entryOf('shop'), idle]], at - 1)).since).toEqual(['shop | claude | idle | -']);
  expect((await sinceOf([[entryOf('new'), idle]])).since).toEqual(['new | claude | idle | -']);
});

test('the agent itself says it best, and the history is not asked about what is over', async () => {
  const { since, asked } = await sinceOf([
    [entryOf('shop'), { ...idle, activitySince: at - 3 * minute }],
    [entryOf('blog', { status: 'terminated' }), { ...idle, outlives: true }],
    [entryOf('spared', { ignore: true }), idle],
  ]);
  expect([since[0], asked]).toEqual(['shop | claude | idle | 3m', []]);
});
