import { mkdtempSync, readdirSync, rmSync, truncateSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log, LoggedDrift } from '../../../src/log/log.ts';
import { FileLog } from '../../../src/log/file-log.ts';
import { Delivery } from '../../../src/tell/notify/delivery.ts';
import type { Notice } from '../../../src/tell/notify/notice-schema.ts';
import { TroubleFile } from '../../../src/system/trouble-file.ts';
import { aDrift } from '../../log/a-drift.ts';
import { driftNamed } from '../../named.ts';

/** What becomes of notices when a disk is full, a process is killed, or the log and the positions are damaged. */

const { signal } = new AbortController();
const settings = { name: 'phone', on: ['needs-you', 'session-gone'], workspaces: null, quietHours: null };
let dir: string;
let now: number;
let log: Log;
let sent: Notice[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asm-notify-'));
  now = Date.parse('2026-07-01T12:00:00Z');
  log = openLog();
  sent = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const openLog = (): Log =>
  new FileLog({ dir, registryPath: '/r', place: 'here', now: () => now, warn: () => undefined });
const cursorPath = (): string => join(dir, 'cursors/notify-phone.json');

/** Starts a monitor’s delivery. */
async function begun(): Promise<Delivery> {
  const notifier = { send: async (notice: Notice) => (sent.push(notice), 'ok'), examine: () => [] };
  const trouble = new TroubleFile(dir, 'notify', () => now);
  const registry = { path: '/r', isUsual: true, program: ['agent-sessions-monitor'] };
  const delivery = new Delivery({
    settings,
    notifier,
    log,
    trouble,
    host: 'h',
    registry,
    graceMs: 5_000,
    now: () => now,
  });
  await delivery.begin();
  return delivery;
}

/** Looks again as often as the delivery asks within that time, as its follower does. */
async function run(delivery: Delivery, ms: number): Promise<void> {
  const until = now + ms;
  for (let at: number | null = now; at !== null && at <= until;) {
    now = Math.max(now, at);
    at = await delivery.look(await log.read(), signal);
  }
  now = until;
}

const waits = (id: string): LoggedDrift =>
  aDrift({ kind: 'needs-you', class: 'P', session: id, message: `${id} waits`, id, key: id });
const open = (...drifts: readonly LoggedDrift[]) => log.append(drifts.map((drift) => ({ kind: 'opened', drift })));
const told = (): string[][] => sent.map(({ events }) => events.map(({ id }) => id));

test('while the disk takes no position nothing is told twice; that is said, and what comes is told', async () => {
  const delivery = await begun();
  const withCursor = vi.spyOn(log, 'withCursor').mockImplementation(async (reader, deliver) => {
    await deliver(await log.cursor(reader));
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  });
  await open(waits('a'));
  await run(delivery, 600_000);
  expect(told()).toEqual([['a']]);
  expect(delivery.trouble).toBe('the notifier phone: ENOSPC: no space left on device');
  await open(waits('b'));
  await run(delivery, 1_200_000);
  expect(told()).toEqual([['a'], ['b']]);
  withCursor.mockRestore();
  await run(delivery, 1_200_000);
  expect(delivery.trouble).toBeNull();
  await run(await begun(), 60_000);
  expect(told()).toEqual([['a'], ['b']]);
});

test('killed between the answer and the position, it tells it again with the same ids', async () => {
  await begun();
  await open(waits('a'));
  for (const _ of [1, 2]) {
    const delivery = await begun();
    vi.spyOn(log, 'withCursor').mockImplementationOnce(async (reader, deliver) => {
      await deliver(await log.cursor(reader));
      throw new Error('killed');
    });
    now += 2_000;
    await delivery.look(await log.read(), signal);
  }
  expect(told()).toEqual([['a'], ['a']]);
  expect(sent[1]?.id).toBe(sent[0]?.id);
});

test.each(['', '{"position":', '{"position":"2","held":[],"told":[]}', 'null'])(
  'a torn position (%j): what stands is told once more, with the same id',
  async (text) => {
    const delivery = await begun();
    await open(waits('a'), waits('answered'));
    await run(delivery, 60_000);
    await log.append([{ kind: 'resolved', id: driftNamed('answered'), because: 'human', message: null }]);
    await open(waits('b'));
    writeFileSync(cursorPath(), text);
    await run(await begun(), 60_000);
    await run(await begun(), 60_000);
    expect(told()).toEqual([
      ['a', 'answered'],
      ['a', 'b'],
    ]);
    expect(readdirSync(join(dir, 'cursors')).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
  },
);

test('a position torn while the monitor runs loses nothing either', async () => {
  const delivery = await begun();
  await open(waits('a'));
  writeFileSync(cursorPath(), '');
  await run(delivery, 60_000);
  expect(told()).toEqual([['a']]);
});

test('a log that lost its end in a power cut: what comes then is told', async () => {
  await begun();
  await open(waits('a'));
  const size = statSync(join(dir, 'log.jsonl')).size;
  await open(waits('b'), waits('c'), waits('d'));
  await run(await begun(), 60_000);
  truncateSync(join(dir, 'log.jsonl'), size);
  log = openLog();
  const delivery = await begun();
  await open(waits('e'));
  await run(delivery, 60_000);
  expect(told()).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'e'],
  ]);
});

test('a log that was rotated beyond the position of a receiver that was away for weeks: what stands is told', async () => {
  await begun();
  await open(waits('a'), waits('answered'));
  await log.append([{ kind: 'resolved', id: driftNamed('answered'), because: 'world', message: 'over' }]);
  for (let count = 0; count < 12; count += 1) {
    await log.append([{ kind: 'dropped', of: 'none', reason: 'x'.repeat(500_000) }]);
  }
  await log.append(Array.from({ length: 250 }, () => ({ kind: 'dropped', of: 'none', reason: 'changed' })));
  now += 30 * 86_400_000;
  utimesSync(cursorPath(), 0, 0);
  await log.rotate();
  expect(statSync(join(dir, 'log.jsonl')).size, 'it was rotated').toBeLessThan(1 << 20);
  await run(await begun(), 60_000);
  expect(told()).toEqual([['a']]);
});

test('thousands at once are one notice, which counts what it has no room for', async () => {
  const delivery = await begun();
  await open(...Array.from({ length: 5_000 }, (_, index) => waits(`w${index}`)));
  await run(delivery, 60_000);
  expect(sent).toMatchObject([{ title: '5000 need you', left_out: 4_900 }]);
  expect(sent[0]?.events).toHaveLength(100);
  expect(sent[0]?.text).toMatch(
    /^w0 waits\nw1 waits\n.*… and 4\d\d\d more: agent-sessions-monitor history --since \S+$/s,
  );
  await run(await begun(), 60_000);
  expect(sent).toHaveLength(1);
});
