import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log, LoggedDrift } from '../../../src/log/log.ts';
import { FileLog } from '../../../src/log/file-log.ts';
import { Delivery, type DeliveryOptions } from '../../../src/tell/notify/delivery.ts';
import type { Notice } from '../../../src/tell/notify/notice-schema.ts';
import { SendError } from '../../../src/tell/notify/notifier.ts';
import { TroubleFile } from '../../../src/system/trouble-file.ts';
import { aDrift } from '../../log/a-drift.ts';
import { driftNamed } from '../../named.ts';

const { signal } = new AbortController();
const start = Date.parse('2026-07-01T12:00:00Z');
let dir: string;
let now: number;
let log: Log;
let sent: Notice[];
let refuse: Error | null;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asm-notify-'));
  now = start;
  log = new FileLog({ dir, registryPath: '/r', place: 'here', now: () => now, warn: () => undefined });
  sent = [];
  refuse = null;
});
afterEach(() => rmSync(dir, { recursive: true }));

const usual = ['session-gone', 'needs-you', 'blind', 'tmux-server-died'];

function deliveryWith(settings: Partial<DeliveryOptions['settings']> = {}): Delivery {
  return new Delivery({
    settings: { name: 'phone', on: usual, workspaces: null, quietHours: null, ...settings },
    notifier: {
      send: async (notice) => {
        if (refuse !== null) throw refuse;
        sent.push(notice);
        return 'ok';
      },
      examine: () => [],
    },
    log,
    trouble: new TroubleFile(dir, 'notify', () => now),
    host: 'lab1',
    registry: { path: '/r', isUsual: true, program: ['agent-sessions-monitor'] },
    graceMs: 5_000,
    now: () => now,
  });
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

async function begun(settings: Partial<DeliveryOptions['settings']> = {}): Promise<Delivery> {
  const delivery = deliveryWith(settings);
  await delivery.begin();
  return delivery;
}

const open = (...drifts: readonly LoggedDrift[]) => log.append(drifts.map((drift) => ({ kind: 'opened', drift })));
const close = (id: string, because: 'human' | 'repaired' | 'world', message: string | null = null) =>
  log.append([{ kind: 'resolved', id: driftNamed(id), because, message }]);
const waits = (id: string, more: Partial<LoggedDrift> = {}): LoggedDrift =>
  aDrift({ kind: 'needs-you', class: 'P', session: id, message: `${id} waits`, ...more, id, key: id });
const titles = (): string[] => sent.map(({ title }) => title);

test('what stands at the first start is not told; all that comes after it is, once', async () => {
  await open(waits('old'));
  const delivery = await begun();
  await open(waits('new'));
  await run(delivery, 60_000);
  expect(sent.map(({ events }) => events)).toEqual([
    [
      {
        id: 'new',
        kind: 'needs-you',
        state: 'opened',
        at: '2026-07-01T12:00:00.000Z',
        session: 'new',
        workspace: 'shop',
        agent: 'claude',
        message: 'new waits',
      },
    ],
  ]);
  await run(await begun(), 60_000);
  expect(sent, 'a restart tells nothing twice').toHaveLength(1);
});

test('a restart between finding and telling loses nothing', async () => {
  await begun();
  await open(waits('a'));
  await run(await begun(), 60_000);
  expect(titles()).toEqual(['a: needs you']);
});

test('a burst is one notice; what follows at once is the second', async () => {
  const delivery = await begun();
  await open(waits('a'));
  await run(delivery, 500);
  await open(waits('b'));
  await run(delivery, 3_000);
  await open(waits('c'));
  await run(delivery, 3_000);
  await open(waits('d'));
  await run(delivery, 60_000);
  expect(titles()).toEqual(['2 need you', '2 need you']);
});

test('a death waits for its grace, and deaths that follow it closely go along; one that the user caused is not told', async () => {
  const delivery = await begun();
  await open(aDrift({ id: 'one', key: 'one' }), aDrift({ id: 'his', key: 'his', session: 'his' }));
  await run(delivery, 1_000);
  await open(aDrift({ id: 'two', key: 'two', session: 'two' }));
  await close('his', 'human');
  await run(delivery, 3_900);
  expect(sent).toEqual([]);
  await run(delivery, 1_200);
  expect(sent.map(({ events }) => events.map(({ id }) => id))).toEqual([['one', 'two']]);
});

test('only the kinds and workspaces of the settings; what belongs to no workspace concerns all', async () => {
  const delivery = await begun({ workspaces: ['shop'] });
  await open(
    waits('mine'),
    waits('other', { workspace: 'blog' }),
    aDrift({ id: 'd', key: 'd', kind: 'artifact-missing', class: 'D' }),
    waits('mass', { kind: 'tmux-server-died', session: null, sessions: ['x', 'y'], workspace: null }),
  );
  await run(delivery, 60_000);
  expect(sent.map(({ events }) => events.map(({ id }) => id))).toEqual([['mine', 'mass']]);
  await close('d', 'world', 'over');
  await close('mass', 'world', 'over');
  await run(delivery, 60_000);
  expect(sent[1]?.events).toMatchObject([{ id: 'mass', state: 'resolved', message: 'over' }]);
});

test('an agent that finished is told where that is asked for', async () => {
  const finished = { kind: 'finished', session: 'a', workspace: 'shop', agent: 'claude', workedMs: 130_000 } as const;
  const [usually, asked] = [await begun(), await begun({ name: 'desk', on: ['finished'] })];
  await log.append([{ ...finished, message: 'a: finished after 2m.' }]);
  await run(usually, 0);
  expect(sent).toEqual([]);
  await run(asked, 60_000);
  expect(sent).toMatchObject([{ title: 'a: finished', urgency: 'low', text: 'a: finished after 2m.' }]);
  await run(asked, 60_000);
  expect(sent).toHaveLength(1);
});

test('a receiver that is away gets one notice of what is still news; each wait is longer than the last', async () => {
  const delivery = await begun();
  refuse = new SendError('the receiver answered 503');
  await open(waits('a'));
  const asked: number[] = [];
  for (let at: number | null = now; at !== null && at < start + 3_600_000;) {
    now = at;
    at = await delivery.look(await log.read(), signal);
    if (at !== null) asked.push(at - now);
  }
  const waited = asked.filter((ms) => ms > 2_000);
  expect(waited.length, 'an hour costs few attempts').toBeLessThan(25);
  expect(Math.max(...waited)).toBeGreaterThan(200_000);
  expect(delivery.trouble).toBe('the notifier phone: the receiver answered 503');
  expect(new TroubleFile(dir, 'notify', () => now).read('phone')).toMatchObject({
    reason: 'the receiver answered 503',
  });

  await open(waits('b'), waits('c'));
  await close('a', 'world');
  refuse = null;
  await run(delivery, 3_600_000);
  expect(titles()).toEqual([expect.stringMatching(/^2 need you( \(in the last \d+m\))?$/)]);
  expect(delivery.trouble).toBeNull();
  expect(new TroubleFile(dir, 'notify', () => now).read('phone')).toBeNull();
});

test('a full disk of this host does not make the next notice as late as a receiver that is away does', async () => {
  const delivery = await begun();
  await open(waits('a'));
  const full = vi.spyOn(log, 'withCursor').mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
  await run(delivery, 3_600_000);
  expect(delivery.trouble).toBe('the notifier phone: ENOSPC: no space left on device, write');
  full.mockRestore();
  await run(delivery, 30_000);
  expect(titles()).toEqual([expect.stringMatching(/^a: needs you/)]);
  expect(delivery.trouble).toBeNull();
});

test('notices keep their distance although the position of the last one could not be written', async () => {
  const delivery = await begun();
  await open(waits('a'));
  const move = log.withCursor.bind(log);
  vi.spyOn(log, 'withCursor').mockImplementationOnce((reader, deliver) =>
    move(reader, async (cursor) => {
      await deliver(cursor);
      throw new Error('ENOSPC: no space left on device, write');
    }),
  );
  await run(delivery, 2_000);
  expect(titles(), 'it was sent').toEqual(['a: needs you']);
  await open(waits('b'));
  await run(delivery, 9_900);
  expect(titles()).toHaveLength(1);
  await run(delivery, 200);
  expect(titles()).toEqual(['a: needs you', 'b: needs you']);
});

test('a receiver that took a notice counts as there, although the position could not be written', async () => {
  const delivery = await begun();
  refuse = new SendError('the receiver answered 503');
  await open(waits('a'));
  await run(delivery, 3_600_000);
  refuse = null;
  const move = log.withCursor.bind(log);
  const full = vi.spyOn(log, 'withCursor').mockImplementation((reader, deliver) =>
    move(reader, async (cursor) => {
      await deliver(cursor);
      throw new Error('ENOSPC: no space left on device, write');
    }),
  );
  await run(delivery, 600_000);
  expect(sent, 'it was sent').toHaveLength(1);
  full.mockRestore();
  await open(waits('b'));
  refuse = new SendError('the receiver answered 503');
  await delivery.look(await log.read(), signal);
  await run(delivery, 30_000);
  expect(delivery.trouble).toBe('the notifier phone: the receiver answered 503');
  refuse = null;
  await run(delivery, 60_000);
  expect(titles()).toHaveLength(2);
});

test('a receiver that asks to wait is left alone for so long; a clock that is set back does not prolong it', async () => {
  const delivery = await begun();
  refuse = new SendError('the receiver answered 429', 600_000);
  await open(waits('a'));
  now += 2_000;
  expect(await delivery.look(await log.read(), signal)).toBe(now + 600_000);
  refuse = null;
  now -= 3_600_000;
  await run(delivery, 100);
  expect(sent).toHaveLength(1);
});

test('a wait that a receiver asked for holds over a restart; a usual one does not', async () => {
  const delivery = await begun();
  refuse = new SendError('the receiver answered 429', 600_000);
  await open(waits('a'));
  await run(delivery, 3_000);
  refuse = null;
  const again = deliveryWith();
  expect(again.trouble).toBe('the notifier phone: the receiver answered 429');
  await run(again, 590_000);
  expect(sent).toEqual([]);
  const next = deliveryWith();
  await run(next, 60_000);
  expect([sent.length, next.trouble]).toEqual([1, null]);

  refuse = new SendError('the receiver answered 503');
  await open(waits('b'));
  await run(next, 15_000);
  refuse = null;
  await run(deliveryWith(), 0);
  expect(sent).toHaveLength(2);
});

test('a wait that a receiver asked for holds for that receiver only', async () => {
  const at = (url: string, on = usual) => {
    const receiver = { url };
    return deliveryWith({ ...receiver, on });
  };
  const delivery = at('https://one.test/secret');
  await delivery.begin();
  refuse = new SendError('the receiver answered 429', 600_000);
  await open(waits('a'));
  await run(delivery, 3_000);
  refuse = null;
  await run(at('https://one.test/secret', ['needs-you']), 60_000);
  expect(sent, 'what is told does not change who asked').toEqual([]);
  expect(readFileSync(join(dir, 'notify/phone.json'), 'utf8')).not.toContain('one.test');
  const other = at('https://other.test/secret');
  expect(other.trouble).toBeNull();
  await run(other, 3_000);
  expect(sent).toHaveLength(1);
});

test('an error that no notifier worded is not shown: it may hold the address', async () => {
  const delivery = await begun();
  refuse = new TypeError('Failed to parse URL from https://hooks.test/secret');
  await open(waits('a'));
  await run(delivery, 3_000);
  expect(delivery.trouble).toBe('the notifier phone: it failed (for a reason of its own)');
});

test('quiet hours hold news back, over a restart too; one summary follows at their end', async () => {
  const at = (time: string) => Date.parse(`2026-07-01T${time}:00`);
  now = at('22:30');
  const night = { quietHours: '22:00-23:45' };
  const delivery = await begun(night);
  await open(waits('a'), aDrift({ id: 'gone', key: 'gone' }));
  now = at('22:31');
  await open(waits('answered'));
  await close('gone', 'repaired');
  await run(delivery, 60_000);
  await close('answered', 'world');
  const next = await begun(night);
  for (now = at('22:40'); now < at('23:45'); now += 300_000) await next.look(await log.read(), signal);
  expect(sent).toEqual([]);
  now = at('23:45');
  await run(next, 60_000);
  expect(titles()).toEqual(['1 needs you, 1 gone (in the last 1h)']);
});

test('a death that quiet hours held back is not told if its session runs again by their end', async () => {
  const ends = (id: string, kind: string, to: string, ...sessions: readonly string[]): LoggedDrift =>
    aDrift({
      id,
      key: id,
      kind,
      session: sessions[0] ?? null,
      edits: sessions.map((session) => ({
        op: 'set',
        entry: { session, socket: null },
        path: ['status'],
        from: 'running',
        to,
      })),
    });
  now = Date.parse('2026-07-01T22:30:00');
  const night = { quietHours: '22:00-23:30' };
  const both = await begun({ ...night, name: 'both', on: [...usual, 'session-revived'] });
  const phone = await begun(night);
  await open(
    ends('dead', 'session-gone', 'terminated', 'a'),
    ends('back', 'session-gone', 'terminated', 'b'),
    ends('all-back', 'tmux-server-died', 'terminated', 'c', 'd'),
    ends('one-back', 'tmux-server-died', 'terminated', 'e', 'f'),
  );
  await open(...['b', 'c', 'd', 'e'].map((name) => ends(`${name} runs`, 'session-revived', 'running', name)));
  await open(ends('dead again', 'session-gone', 'terminated', 'b'));
  await run(phone, 60_000);
  await run(both, 60_000);
  expect(sent).toEqual([]);
  now += 60 * 60_000;
  await run(phone, 60_000);
  const told = () => sent.splice(0).map(({ events }) => events.map(({ id }) => id));
  expect(told()).toEqual([['dead', 'one-back', 'dead again']]);
  await run(both, 60_000);
  expect(told().flat()).toEqual(expect.arrayContaining(['dead', 'back', 'all-back', 'b runs', 'dead again']));
});

test('while nothing is logged it reads no position and asks for no second look', async () => {
  const delivery = await begun();
  await open(aDrift({ id: 'd', key: 'd', kind: 'artifact-missing', class: 'D' }));
  await run(delivery, 0);
  const events = await log.read();
  const cursor = vi.spyOn(log, 'cursor');
  expect(await delivery.look(events, signal)).toBeNull();
  expect(cursor).not.toHaveBeenCalled();
});
