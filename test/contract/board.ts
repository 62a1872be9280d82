import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Board } from '../../src/board/board.ts';
import { BoardError } from '../../src/errors.ts';

/** One board with a card that no worker has claimed yet. */
export interface BoardUnderTest {
  /** The board as the worker sees it. */
  readonly board: Board;
  /** Writes a person's comment on the last card, from another process if the board has such. */
  comment(body: string): Promise<void>;
  /**
   * Makes a card that can be claimed.
   * @returns its id
   */
  card(): Promise<string>;
  close(): Promise<void>;
}

/** Checks what all code above the port relies on, with any board. */
export function boardContract(name: string, open: () => Promise<BoardUnderTest>): void {
  describe(`${name} keeps the board's contract`, () => {
    let under: BoardUnderTest;
    let card: string;
    const { signal } = new AbortController();
    const holder = { pid: process.pid, host: 'here' };
    const show = () => under.board.show(card, signal);

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());
    beforeEach(async () => {
      card = await under.card();
    });

    test('a claimed card runs, with its holder', async () => {
      const claimed = await under.board.claim(card, holder, null, signal);
      expect(claimed).toMatchObject({ id: card, status: 'running', blockReason: null });
      expect(claimed.run?.startedAt).toBeGreaterThan(0);
      expect(await show()).toEqual(claimed);
    });

    test('comments stand in their order, byte for byte, a person’s and ours', async () => {
      await under.board.claim(card, holder, null, signal);
      const bodies = ['one', 'two\nlines: "quoted" \\ $(x) `y` 状態', '--flag-like', '3'];
      await under.board.comment(card, bodies[0] ?? '', signal);
      await under.comment(bodies[1] ?? '');
      await under.board.comment(card, bodies[2] ?? '', signal);
      await under.comment(bodies[3] ?? '');
      const { comments } = await show();
      expect(comments.map(({ body }) => body)).toEqual(bodies);
      expect(new Set(comments.map(({ id }) => id)).size).toBe(4);
    });

    test('a run begins with the claim and ends with the block; comments before it belong to the run before', async () => {
      await under.comment('stop monitoring');
      const first = await under.board.claim(card, holder, null, signal);
      expect(first.runFromComment).toBe(0);
      await under.board.block(card, 'stop-requested by user at 2026-07-01T09:00:00Z', signal);
      expect(await show()).toMatchObject({
        status: 'blocked',
        blockReason: 'stop-requested by user at 2026-07-01T09:00:00Z',
        run: null,
      });
    });

    test('a pause ends nothing: the next claim goes on with the run', async () => {
      const first = await under.board.claim(card, holder, null, signal);
      await under.comment('hello');
      await under.board.pause(card, signal);
      const second = await under.board.claim(card, holder, null, signal);
      expect(second.run?.startedAt).toBe(first.run?.startedAt);
      expect(second.runFromComment).toBe(first.runFromComment);
    });

    test('a completed card is done', async () => {
      await under.board.claim(card, holder, null, signal);
      await under.board.complete(card, 'Ended: its time was over.', signal);
      expect(await show()).toMatchObject({ status: 'done', run: null });
    });

    test('a claim of a card whose run is over begins a new run only where a claim takes any card', async () => {
      await under.board.claim(card, holder, null, signal);
      await under.comment('stop monitoring');
      await under.board.block(card, 'stop', signal);
      const again = under.board.claim(card, holder, null, signal);
      if (under.board.traits.claimsAnyCard)
        expect(await again).toMatchObject({ status: 'running', blockReason: null, runFromComment: 1 });
      else await expect(again).rejects.toThrow(BoardError);
    });

    test('a comment of the greatest length arrives whole', async () => {
      await under.board.claim(card, holder, null, signal);
      const body = 'ü'.repeat(under.board.traits.commentBytes / 2);
      await under.board.comment(card, body, signal);
      expect((await show()).comments.map((one) => one.body)).toEqual([body]);
    });

    test('no worker of the board waits for a card that is nobody’s', async () => {
      const { workers } = under.board;
      const shown = await show();
      expect(await workers?.startFor(shown, signal)).not.toBe(true);
      expect((await workers?.endAt(shown, signal)) ?? null).toBeNull();
    });

    test('a heartbeat changes no comment', async () => {
      await under.board.claim(card, holder, null, signal);
      await under.board.heartbeat(card, 'alive, 0 drifts detected, last at never', signal);
      expect((await show()).comments).toEqual([]);
    });

    test('a watcher hears of a comment, and ends with its signal', async () => {
      await under.board.claim(card, holder, null, signal);
      const over = new AbortController();
      let hints = 0;
      const watching = under.board.watch(card, () => (hints += 1), over.signal);
      await vi.waitFor(
        async () => {
          await under.comment('are you there?');
          expect(hints).toBeGreaterThan(0);
        },
        { timeout: 45_000, interval: 200 },
      );
      over.abort();
      await watching;
    });

    test('a card that is not there is refused, whatever is asked of it', async () => {
      const missing = 'no-such-card';
      await expect(under.board.show(missing, signal)).rejects.toThrow(BoardError);
      await expect(under.board.comment(missing, 'hello', signal)).rejects.toThrow(BoardError);
      await expect(under.board.block(missing, 'why', signal)).rejects.toThrow(BoardError);
    });
  });
}
