import { rmSync, symlinkSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { askAgainMs, type Board, type Card } from '../../src/board/board.ts';
import { boardWith } from '../board/fake-board.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import { BoardError } from '../../src/errors.ts';
import { CardRun } from '../../src/watch/card-run.ts';
import { Passes } from '../../src/watch/passes.ts';
import type { PassPorts } from '../../src/pass/pass.ts';
import { deadPids, defaultSocket } from '../core/world.ts';
import { settings } from '../operations/fake-context.ts';
import { passWorld } from '../pass/pass-world.ts';
import { never as signal } from '../never.ts';

const minute = 60_000;

async function started(text: string) {
  const world = passWorld(text);
  const { ports, clock, dir } = world;
  const board: Board = new LocalBoard({ dir: `${dir}/board`, now: () => clock.now, author: 'agent-sessions-monitor' });
  const passes = passesOf(world.ports);
  const run = new CardRun({
    ports,
    settings,
    board,
    claimed: await board.claim('card', { pid: process.pid, host: 'lab1' }, null, signal),
    level: 'drift',
    endsAt: null,
    passes,
  });
  const comments = async () => (await board.show('card', signal)).comments.map(({ body }) => body);
  /** Runs a pass, and tells the card. */
  const look = async (afterMs: number): Promise<void> => {
    clock.now += afterMs;
    await passes.run('loop', signal).catch(() => undefined);
    await run.tell(signal);
  };
  return { ...world, passes, run, look, comments };
}

function passesOf(ports: PassPorts): Passes {
  const triggers = { all: [], start: () => undefined, follow: () => undefined };
  return new Passes({ ports, triggers, notice: () => undefined, signal });
}

const dead = 'sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n';

test('passes that fail for long are told once, and once when one succeeds again', async () => {
  const { kept, lockPath, look, comments } = await started(dead);
  kept.observation = { panes: deadPids(9001) };
  symlinkSync(lockPath, lockPath);
  await look(0);
  await look(4 * minute);
  expect(await comments()).toEqual([]);
  await look(minute);
  await look(minute);
  const failing = expect.stringMatching(
    /^Every pass has failed since \S+Z: the registry cannot be written: its lock file cannot be opened: ELOOP.* \(\S+\.lock\)\. Nothing is repaired\. Cure: mend that /,
  );
  expect(await comments()).toEqual([failing]);
  rmSync(lockPath);
  await look(minute);
  await look(minute);
  expect(await comments()).toEqual([
    failing,
    'Passes succeed again.',
    'a: tmux gone (was pane 9001, cmd claude). Marked terminated.',
  ]);
});

test('the last words do not say that nothing was found where nothing could be written', async () => {
  const { kept, lockPath, look, run } = await started(dead);
  kept.observation = { panes: deadPids(9001) };
  symlinkSync(lockPath, lockPath);
  await look(0);
  expect((await run.end({ kind: 'completed', reason: 'time' }, signal)).summary).toMatch(
    /^Ended: time\. In all: no drift was recorded in this run\. The last pass failed, what it saw is not repaired: the registry cannot be written: .*ELOOP/,
  );
});

test('what is found after the clock was set back belongs to the run', async () => {
  let passed = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => passed);
  const { kept, clock, look, run } = await started(dead);
  await look(0);
  clock.now -= 120 * minute;
  passed += minute;
  await look(0);
  kept.observation = { panes: deadPids(9001) };
  passed += minute;
  await look(minute);
  expect((await run.heartbeat(signal)).note).toMatch(/^alive, 1 drifts detected/);
});

test('nor where tmux did not answer', async () => {
  const { kept, look, run } = await started(dead);
  kept.observation = { sockets: new Map([[defaultSocket, { blind: 'no answer in 2000 ms', cure: 'wait' }]]) };
  await look(0);
  expect((await run.end({ kind: 'paused', by: 'signal' }, signal)).summary).toBe(
    `paused: no drift was recorded in this run. Could not be seen at the end: tmux:${defaultSocket} (no answer in 2000 ms).`,
  );
});

test('each quiet run on a card has its own last comment; within a run it is said once', async () => {
  const { ports, clock, dir } = passWorld('sessions: {}\n');
  const board: Board = new LocalBoard({ dir: `${dir}/board`, now: () => clock.now, author: 'agent-sessions-monitor' });
  const ended = async (endsBoard: Board): Promise<string> => {
    clock.now += minute;
    const claimed = await board.claim('card', { pid: process.pid, host: 'lab1' }, null, signal);
    const quiet = { level: 'drift', endsAt: null, passes: passesOf(ports) } as const;
    const run = new CardRun({ ...quiet, ports, settings, board: endsBoard, claimed });
    return run.end({ kind: 'stopped', at: clock.now }, signal).then(
      ({ reason }) => reason,
      (error: unknown) => String(error),
    );
  };
  const crashes = boardWith(board, { block: () => Promise.reject(new Error('killed')) });
  expect(await ended(crashes)).toBe('Error: killed');
  expect(await ended(board)).toBe('stopped');
  const quiet = 'no drift was found in this run.';
  const bodies = async () => (await board.show('card', signal)).comments.map(({ body }) => body);
  expect(await bodies()).toEqual([quiet]);
  expect(await ended(board)).toBe('stopped');
  expect(await bodies()).toEqual([quiet, quiet]);
});

test('what was told with the last words counts among what was found', async () => {
  const { kept, clock, passes, run, comments } = await started(dead);
  kept.observation = { panes: deadPids(9001) };
  clock.now -= minute;
  await passes.run('loop', signal);
  clock.now += minute;
  const { summary } = await run.end({ kind: 'completed', reason: 'time' }, signal);
  expect(summary).toBe('Ended: time. In all: found in this run: 1 drift (1 session-gone).');
  expect(await comments()).toEqual([expect.stringMatching(/^a: tmux gone/), summary]);
});

test('a heartbeat that the board takes leaves the card unread; one that it refuses has it read with the next pass', async () => {
  const { ports, dir } = passWorld('sessions: {}\n');
  const local: Board = new LocalBoard({ dir: `${dir}/board`, now: ports.now, author: 'agent-sessions-monitor' });
  const claimed = await local.claim('card', { pid: process.pid, host: 'lab1' }, null, signal);
  const board = boardWith(local, { traits: { ...local.traits, readEveryMs: minute } });
  const run = new CardRun({ ports, settings, board, claimed, level: 'drift', endsAt: null, passes: passesOf(ports) });
  expect((await run.heartbeat(signal)).lost).toBeNull();
  expect(run.readAgainAt(ports.now())).toBe(ports.now() + minute);
  rmSync(`${dir}/board`, { recursive: true });
  expect((await run.heartbeat(signal)).lost).toBeInstanceOf(BoardError);
  expect(run.readAgainAt(ports.now())).toBe(0);
});

test('a card without a claim is claimed again only when it has stayed so: a person may be giving it to another worker', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { ports, clock, dir } = passWorld('sessions: {}\n');
  const local: Board = new LocalBoard({ dir: `${dir}/board`, now: () => clock.now, author: 'agent-sessions-monitor' });
  const claimed = await local.claim('card', { pid: process.pid, host: 'lab1' }, null, signal);
  let shown: Partial<Card> = { status: 'ready' };
  const claims: (string | undefined)[] = [];
  const board = boardWith(local, {
    traits: { ...local.traits, readEveryMs: minute },
    show: async () => ({ ...claimed, ...shown }),
    claim: async (_, __, read) => {
      claims.push(read?.status);
      return claimed;
    },
  });
  const newRun = () =>
    new CardRun({ ports, settings, board, claimed, level: 'drift', endsAt: null, passes: passesOf(ports) });

  const expired = newRun();
  expect(await expired.isOver(signal)).toEqual({ kind: 'wanted' });
  expect([claims.length, expired.claimAt]).toEqual([0, clock.now + askAgainMs]);
  clock.now += askAgainMs;
  expect(await expired.isOver(signal)).toEqual({ kind: 'wanted' });
  expect([claims.length, expired.claimAt]).toEqual([1, null]);
  // It loses the new claim before it was read with it.
  await expired.isOver(signal);
  expect([claims.length, expired.claimAt]).toEqual([1, clock.now + askAgainMs]);
  shown = { status: 'running' };
  await expired.isOver(signal);
  expect(expired.claimAt).toBeNull();

  shown = { status: 'ready' };
  const taken = newRun();
  await taken.isOver(signal);
  shown = { status: 'ready', assignee: 'other' };
  clock.now += askAgainMs;
  expect(await taken.isOver(signal)).toEqual({ kind: 'ended', reason: 'the card was given to other' });
  expect(claims, 'the claim was handed the card that was read before it').toEqual(['ready']);
});
