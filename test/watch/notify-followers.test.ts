import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NotifierSettings } from '../../src/config/notifier-settings.ts';
import { FileLog } from '../../src/log/file-log.ts';
import type { Event, Log } from '../../src/log/log.ts';
import { noticeSchema } from '../../src/tell/notify/notice-schema.ts';
import { NotifyFollower, notifyFollowers } from '../../src/watch/notify-followers.ts';
import { aDrift } from '../log/a-drift.ts';
import { settings } from '../operations/fake-context.ts';
import { aWorld } from '../core/world.ts';
import { Receiver } from '../tell/notify/receiver.ts';

describe('one notifier', () => {
  const start = 1_000_000;
  let now: number;
  beforeEach(() => {
    now = start;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => void vi.useRealTimers());

  const advance = async (ms: number) => {
    now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  const read = () => Promise.resolve<readonly Event[]>([]);
  const followerOf = (look: (signal: AbortSignal) => Promise<number | null>, from = read) =>
    new NotifyFollower({ look: (_, signal) => look(signal), trouble: 'broken' }, from, () => now);

  test('looks after each pass, and after a failed one; a heartbeat asks for nothing', async () => {
    const look = vi.fn(() => Promise.resolve(null));
    const follower = followerOf(look);
    follower.passed();
    await advance(0);
    follower.failed();
    await advance(0);
    follower.beat();
    await advance(60_000);
    expect(look).toHaveBeenCalledTimes(2);
    expect(follower.trouble).toBe('broken');
  });

  test('keeps no pass waiting: one look at a time, and one more for all that was asked meanwhile', async () => {
    let end = (): void => undefined;
    const look = vi.fn(() => new Promise<null>((resolve) => (end = () => resolve(null))));
    const follower = followerOf(look);
    for (let count = 0; count < 5; count += 1) follower.passed();
    await advance(0);
    for (let count = 0; count < 5; count += 1) follower.passed();
    await advance(60_000);
    expect(look).toHaveBeenCalledTimes(1);
    end();
    await advance(0);
    expect(look).toHaveBeenCalledTimes(2);
    end();
    await advance(60_000);
    expect(look).toHaveBeenCalledTimes(2);
  });

  test('looks again at the time that its delivery names, though no pass comes; a later name replaces it', async () => {
    const times = [start + 10_000, start + 3_000, null];
    const look = vi.fn(() => Promise.resolve(times.shift() ?? null));
    const follower = followerOf(look);
    follower.passed();
    await advance(0);
    follower.passed();
    await advance(0);
    await advance(2_999);
    expect(look).toHaveBeenCalledTimes(2);
    await advance(1);
    expect(look).toHaveBeenCalledTimes(3);
    await advance(60_000);
    expect(look).toHaveBeenCalledTimes(3);
  });

  test('a clock that is set back makes it wait no longer than it was to', async () => {
    const times = [start + 10_000, null];
    const look = vi.fn(() => Promise.resolve(times.shift() ?? null));
    const follower = followerOf(look);
    follower.passed();
    await advance(0);
    now -= 3_600_000;
    await advance(10_000);
    expect(look).toHaveBeenCalledTimes(2);
  });

  test('a log that cannot be read is left to the passes; the next one asks again', async () => {
    const look = vi.fn(() => Promise.resolve(null));
    const from = vi.fn(read).mockRejectedValueOnce(new Error('EIO'));
    const follower = followerOf(look, from);
    follower.passed();
    await advance(60_000);
    expect(look).not.toHaveBeenCalled();
    follower.passed();
    await advance(0);
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('at the end a notice under way has 2 s; after that it is broken off, and nothing begins', async () => {
    const look = vi.fn(
      (signal: AbortSignal) =>
        new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true })),
    );
    const follower = followerOf(look);
    follower.passed();
    await advance(0);
    let isClosed = false;
    const closing = follower.close().then(() => (isClosed = true));
    await advance(1_999);
    expect(isClosed).toBe(false);
    await advance(1);
    expect(isClosed).toBe(true);
    await closing;
    follower.passed();
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('at the end without a notice under way it ends at once, and looks no more', async () => {
    const look = vi.fn(() => Promise.resolve(now + 1_000));
    const follower = followerOf(look);
    follower.passed();
    await advance(0);
    await follower.close();
    await advance(60_000);
    expect(look).toHaveBeenCalledTimes(1);
  });
});

describe('the notifiers of the settings', () => {
  let dir: string;
  let log: Log;
  let receivers: Receiver[];
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'asm-notify-'));
    log = new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
    receivers = await Promise.all([new Receiver().open(), new Receiver().open()]);
  });
  afterEach(async () => {
    await Promise.all(receivers.map((receiver) => receiver.close()));
    rmSync(dir, { recursive: true });
  });

  const hooks = (): NotifierSettings[] =>
    receivers.map(({ url }, index) => ({
      kind: 'webhook',
      name: `hook${index}`,
      on: ['needs-you'],
      workspaces: null,
      quietHours: null,
      url,
      urlFile: null,
      tokenFile: null,
      secretFile: null,
      format: 'json',
    }));
  const open = () => {
    const ports = { log, now: Date.now, settings: { ...aWorld().settings, graceMs: 5_000 } };
    return notifyFollowers({ ports, settings: { ...settings, notify: hooks() }, env: {}, stateDir: dir });
  };
  const passAll = (followers: readonly NotifyFollower[]): void => followers.forEach((follower) => follower.passed());
  const waits = (id: string) =>
    log.append([{ kind: 'opened', drift: aDrift({ id, key: id, kind: 'needs-you', class: 'P', session: id }) }]);
  const told = () =>
    receivers.map(({ bodies }) => bodies.flatMap((body) => noticeSchema.parse(body).events.map(({ id }) => id)));

  test('each is told by itself what comes after its start, also by the next run; a receiver that hangs delays no other', async () => {
    await waits('before');
    const first = await open();
    await waits('after');
    await Promise.all(first.map((follower) => follower.close()));
    const [one] = receivers;
    if (one !== undefined) one.answer = null;
    const next = await open();
    passAll(next);
    await expect.poll(() => told()).toEqual([['after'], ['after']]);
    // What is under way at the end is broken off, and told again: that one is over.
    await expect.poll(async () => (await log.cursor('notify-hook1'))?.position).toBe(2);
    await Promise.all(next.map((follower) => follower.close()));
    if (one !== undefined) one.answer = { status: 200 };
    const third = await open();
    passAll(third);
    await expect.poll(() => told()).toEqual([['after', 'after'], ['after']]);
    await Promise.all(third.map((follower) => follower.close()));
    expect(one?.received[0]?.headers['idempotency-key']).toBe(one?.received[1]?.headers['idempotency-key']);
  });

  test('a state folder that cannot be written at the start keeps no monitor from starting', async () => {
    vi.spyOn(log, 'withCursor').mockRejectedValue(Object.assign(new Error('EROFS'), { code: 'EROFS' }));
    const followers = await open();
    passAll(followers);
    await expect
      .poll(() => followers.map(({ trouble }) => trouble))
      .toEqual(['the notifier hook0: EROFS', 'the notifier hook1: EROFS']);
    await Promise.all(followers.map((follower) => follower.close()));
  });
});
