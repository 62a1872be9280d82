import { expect, test, vi } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import type { Log } from '../../src/log/log.ts';
import type { PassReport } from '../../src/operations/context.ts';
import { reportOf } from '../../src/operations/pass-report.ts';
import type { CardView } from '../../src/page/card-view.ts';
import { Feed, type FeedOptions } from '../../src/page/feed.ts';
import type { StreamMessage } from '../../src/page/page-data.ts';
import { noHistory } from '../operations/fake-context.ts';
import { passWorld } from '../pass/pass-world.ts';

const registry = 'sessions:\n  shop-creator-claude:\n    agent: claude\n    status: running\n';

/** Makes a feed whose looks come from the test. */
async function aFeed(read: Log['read'] = () => Promise.resolve([]), history: FeedOptions['history'] = noHistory) {
  const begin = vi.fn();
  const feed = new Feed({
    version: '0.1.0',
    host: 'lab1',
    registry: '/home/me/agent-sessions.yaml',
    now: () => 0,
    log: { read },
    history,
    looks: { begin, watcher: () => null },
    card: { value: null, follow: () => undefined, choose: () => undefined } as unknown as CardView,
    hosts: { value: { list: [], trouble: null }, follow: () => undefined },
  });
  const result = await passWorld(registry).pass();
  const report: PassReport = {
    ...reportOf(result, { opened: [], resolved: [] }),
    watched: { sockets: [], servers: [], folders: [], registryHash: null },
    changes: 0,
    started: false,
    commit: () => Promise.resolve(),
  };
  const onLine = vi.fn();
  return {
    feed,
    begin,
    onLine,
    report,
    shown: () => JSON.parse(feed.line?.toString() ?? 'null') as StreamMessage | null,
  };
}

test('nothing is made for a page that no browser shows', async () => {
  const { feed, begin, onLine, report, shown } = await aFeed();
  expect(await feed.looked(report)).toBe(false);
  expect([shown(), begin.mock.calls.length]).toEqual([null, 0]);
  feed.begin(onLine);
  expect(begin).toHaveBeenCalledTimes(1);
  expect(await feed.looked(report)).toBe(true);
  feed.end();
  expect(shown(), 'the next reader is not shown what was true for this one').toBe(null);
});

test('a look that finds nothing new sends nothing', async () => {
  const { feed, onLine, report } = await aFeed();
  feed.begin(onLine);
  expect(await feed.looked(report)).toBe(true);
  const { line } = feed;
  expect(
    await feed.looked({ ...report, observation: { ...report.observation, at: report.observation.at + 9_000 } }),
  ).toBe(false);
  expect(feed.line).toBe(line);
  expect(onLine).toHaveBeenCalledTimes(1);
});

test('a log that cannot be read is said on the page, and ends nothing', async () => {
  const unreadable = new RegistryError('the log cannot be read', {
    where: '/state/log.jsonl',
    cure: 'make it readable',
  });
  const { feed, onLine, report, shown } = await aFeed(() => Promise.reject(unreadable));
  feed.begin(onLine);
  expect(await feed.looked(report)).toBe(true);
  expect(shown()).toMatchObject({
    kind: 'data',
    data: {
      failure: expect.stringContaining('the log cannot be read'),
      sessions: [{ session: 'shop-creator-claude' }],
    },
  });
});

test('a history that cannot be read is said on the page, and with its timeline: nothing is shown as unwatched', async () => {
  const unreadable = new RegistryError('the history cannot be read', { cure: 'make it readable' });
  const history = { ...noHistory, readOn: () => Promise.reject(unreadable) };
  const { feed, onLine, report, shown } = await aFeed(undefined, history);
  feed.begin(onLine);
  expect(await feed.looked(report)).toBe(true);
  expect(shown()).toMatchObject({
    kind: 'data',
    data: {
      failure: expect.stringContaining('the history cannot be read'),
      sessions: [{ session: 'shop-creator-claude' }],
    },
  });
  await expect(feed.timeline(24)).rejects.toBe(unreadable);
});
