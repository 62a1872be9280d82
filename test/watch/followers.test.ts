import { expect, test, vi } from 'vitest';
import type { Follower } from '../../src/watch/follower.ts';
import { Followers } from '../../src/watch/followers.ts';

const follower = (trouble: string | null, close = () => Promise.resolve()): Follower => ({
  passed: vi.fn(),
  beat: vi.fn(),
  trouble,
  close: vi.fn(close),
});

test('all hear each heartbeat, and their troubles are one line', () => {
  const all = [follower('no space left'), follower(null), follower('ntfy: no answer')];
  const followers = new Followers(all);
  followers.beat();
  for (const each of all) expect(each.beat).toHaveBeenCalledTimes(1);
  expect(followers.trouble).toBe('no space left; ntfy: no answer');
  expect(new Followers([]).trouble).toBeNull();
});

test('one that fails to end, or hangs, holds up no other and not the end', async () => {
  const all = [
    follower(null, () => Promise.reject(new Error('broken'))),
    follower(null, () => new Promise(() => undefined)),
    follower(null),
  ];
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const ended = new Followers(all).close();
  await vi.advanceTimersByTimeAsync(3_000);
  vi.useRealTimers();
  await ended;
  for (const each of all) expect(each.close).toHaveBeenCalledTimes(1);
});

test('keep their trouble for another process, once for each change, and leave none behind', async () => {
  const kept: (string | null)[] = [];
  const one = { ...follower(null), trouble: null as string | null };
  const followers = new Followers([one], (trouble) => void kept.push(trouble));
  for (const trouble of [null, null, 'no space left', 'no space left', null, 'no space left']) {
    one.trouble = trouble;
    followers.beat();
  }
  expect(kept).toEqual([null, 'no space left', null, 'no space left']);
  await followers.close();
  expect(kept.at(-1)).toBeNull();
});
