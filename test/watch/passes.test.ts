import { rmSync, symlinkSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { Hint } from '../../src/trigger/trigger.ts';
import { Passes } from '../../src/watch/passes.ts';
import { deadPids } from '../core/world.ts';
import { passWorld } from '../pass/pass-world.ts';
import { never as signal } from '../never.ts';

const dead = 'sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n';

function started(text = dead) {
  const world = passWorld(text);
  world.kept.observation = { panes: deadPids(9001) };
  const hints: Hint[] = [];
  const follow = vi.fn();
  const triggers = { all: [], start: (hint: Hint) => void hints.push(hint), follow };
  const passes = new Passes({ ports: world.ports, triggers, notice: () => undefined, signal });
  return { ...world, passes, hints, follow };
}

const times = { intervalMs: 60_000, endsAt: null, heldUntil: () => null, wakeAt: () => Infinity, until: Infinity };

test('what they came to: the last that succeeded, why the last one failed, and since when', async () => {
  const { passes, lockPath, clock } = started();
  symlinkSync(lockPath, lockPath);
  const began = clock.now;
  await expect(passes.run('loop', signal)).rejects.toThrow('its lock file cannot be opened');
  clock.now += 1_000;
  await expect(passes.run('loop', signal)).rejects.toThrow();
  expect(passes).toMatchObject({ since: began, last: null, failing: { since: began } });
  rmSync(lockPath);
  const result = await passes.run('loop', signal);
  expect(passes).toMatchObject({ since: began, last: result, failure: null, failing: null });
});

test('a registry that cannot be read fails a pass, and is no lasting failure: it is a drift of its own', async () => {
  const { passes } = started('sessions: [\n');
  await expect(passes.run('loop', signal)).rejects.toThrow('the registry cannot be read');
  expect(passes.failure?.message).toContain('the registry cannot be read');
  expect(passes.failing).toBeNull();
});

test('a dry run leaves no trace', async () => {
  const { passes, follow, read } = started();
  await passes.run('dry-run', signal);
  expect(passes).toMatchObject({ since: null, last: null });
  expect(follow).not.toHaveBeenCalled();
  expect(read()).toBe(dead);
});

test('one at a time; triggers start once, follow each pass, and reach every loop that goes on', async () => {
  const { passes, hints, follow, pass: _, ...world } = started();
  const observe = vi.spyOn(world.ports, 'observe');
  const turns = [passes.loop(times, signal), passes.loop(times, signal)];
  const [one, other] = await Promise.all(turns.map((each) => each.next()));
  expect([one?.value, other?.value]).toMatchObject([{ kind: 'passed' }, { kind: 'passed' }]);
  expect(hints).toHaveLength(1);
  await turns[0]?.return();
  hints[0]?.();
  expect((await turns[1]?.next())?.value).toMatchObject({ kind: 'passed' });
  expect(observe.mock.calls.length).toBe(follow.mock.calls.length);
  await turns[1]?.return();
});

test('a follower looks in between, in turn and without a trace, and hears each hint', async () => {
  const { passes, hints, follow, read } = started();
  const follower = { begins: vi.fn(), hinted: vi.fn(), passed: vi.fn(), beat: vi.fn(), trouble: null, close: vi.fn() };
  passes.follower = follower;
  expect(follower.begins).toHaveBeenCalledExactlyOnceWith(passes);
  const seen = await passes.look(signal);
  expect(seen).toMatchObject({ mode: 'dry-run', written: false });
  expect(passes).toMatchObject({ since: null, last: null, hearsDeaths: false });
  expect([read(), follow.mock.calls, follower.passed.mock.calls]).toEqual([dead, [], []]);
  const turns = passes.loop(times, signal);
  await turns.next();
  hints[0]?.();
  expect(follower.hinted).toHaveBeenCalledTimes(1);
  await turns.return();
});

test('the loop does not wait for a look that must look again', async () => {
  const { passes } = started('sessions:\n  a: { agent: claude, status: running }\n');
  await expect(passes.look(signal)).rejects.toThrow('it would have to look again');
  await expect(passes.look(AbortSignal.abort())).rejects.toThrow();
});
