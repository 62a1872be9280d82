import { expect, test, vi } from 'vitest';
import { askAgainMs, type Board } from '../../src/board/board.ts';
import { BoardError } from '../../src/errors.ts';
import { CardWatch } from '../../src/watch/card-watch.ts';
import { Passes } from '../../src/watch/passes.ts';
import { boardWith, FakeBoard } from '../board/fake-board.ts';
import { deadPids } from '../core/world.ts';
import { settings } from '../operations/fake-context.ts';
import { passWorld } from '../pass/pass-world.ts';
import { never as signal } from '../never.ts';

const dead = 'sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n';

async function watched(board: Board = new FakeBoard(), registry = dead) {
  const world = passWorld(registry);
  const { ports, kept } = world;
  kept.observation = { panes: deadPids(9001) };
  const triggers = { all: [], start: () => undefined, follow: () => undefined };
  const watch = new CardWatch({
    ports,
    settings,
    board,
    claimed: await board.claim('card', { pid: process.pid, host: 'lab1' }, null, signal),
    level: 'drift',
    endsAt: null,
    passes: new Passes({ ports, triggers, notice: () => undefined, signal }),
    heartbeatMs: 300_000,
    isAnothers: false,
    signal,
    onTrouble: () => undefined,
  });
  const turns = watch.turns({ intervalMs: 60_000, until: Infinity }, signal);
  const comments = async () => (await board.show('card', signal)).comments.map(({ body }) => body);
  return { ...world, watch, turns, board, comments };
}

const gone = 'a: tmux gone (was pane 9001, cmd claude). Marked terminated.';

test('the passes go on while the board hangs; a stop is seen without a pass', async () => {
  const board = new FakeBoard();
  const { watch, turns, comments } = await watched(board);
  expect((await turns.next()).value).toMatchObject({ kind: 'passed' });
  await watch.queue.idle();
  await board.comment('card', 'stop monitoring');
  for await (const turn of turns) {
    expect(turn.kind).toBe('woken');
    if (watch.queue.over !== null) break;
  }
  const { over } = watch.queue;
  if (over?.kind !== 'stopped') throw new Error('it was not stopped');
  expect((await watch.end(over, signal)).summary).toMatch(/^stop-requested by user at \S+: found in this run: 1 /);
  // A death that is held back for its grace is told before the last words.
  expect(await comments()).toEqual(['stop monitoring', gone, 'found in this run: 1 drift (1 session-gone).']);
});

test('a card that lost its claim is claimed again after 5 s, however far apart the passes are', async () => {
  const fake = new FakeBoard();
  let claims = 0;
  const board = boardWith(fake, {
    traits: { ...fake.traits, readEveryMs: 300_000 },
    show: async (card) => ({ ...(await fake.show(card)), status: claims === 1 ? 'ready' : 'running' }),
    claim: (card, holder) => {
      claims += 1;
      return fake.claim(card, holder);
    },
  });
  const { clock, watch, turns } = await watched(board, 'sessions: {}\n');
  await turns.next();
  await watch.queue.idle();
  expect(claims).toBe(1);
  clock.now += askAgainMs;
  for await (const turn of turns) {
    expect(turn.kind).toBe('woken');
    if (claims === 2) break;
  }
  expect(claims).toBe(2);
});

test('an end that the board refuses is asked for again, and its last words are said once', async () => {
  const board = new FakeBoard();
  const { watch, turns, comments } = await watched(board);
  const refusing = vi.spyOn(board, 'block').mockRejectedValueOnce(new BoardError('away', { cure: 'wait' }));
  await board.comment('card', 'stop monitoring');
  let ends = 0;
  for await (const _ of turns) {
    if (watch.queue.over === null) continue;
    ends += 1;
    if ((await watch.end(watch.queue.over, signal).catch(() => null)) !== null) break;
  }
  expect(ends).toBe(2);
  expect(refusing).toHaveBeenCalledTimes(2);
  expect(await comments()).toHaveLength(3);
});

test('an end is made once, whatever asks for it', async () => {
  const board = new FakeBoard();
  const { watch, comments } = await watched(board);
  await board.comment('card', 'stop monitoring');
  const [judged, ended] = await Promise.all([
    watch.judge(signal, signal),
    watch.end({ kind: 'paused', by: 'signal' }, signal),
  ]);
  expect(judged).toMatchObject({ kind: 'over', end: ended });
  expect(await comments()).toHaveLength(2);
});

test('what it listens to ends with its turns', async () => {
  const board = new FakeBoard();
  let ended = false;
  const watching = vi.spyOn(board, 'watch').mockImplementation(
    (_, __, until) =>
      new Promise((resolve) => {
        until.addEventListener('abort', () => {
          ended = true;
          resolve();
        });
      }),
  );
  const { turns } = await watched(board);
  await turns.next();
  expect(watching).toHaveBeenCalledOnce();
  await turns.return();
  expect(ended).toBe(true);
});
