import { describe, expect, test, vi } from 'vitest';
import { BoardError, NoSuchCardError } from '../../src/errors.ts';
import { CardView } from '../../src/page/card-view.ts';
import type { Watcher } from '../../src/page/looks.ts';
import { FakeBoard } from '../board/fake-board.ts';

const watcher = (card: string): Watcher => ({ pid: 7, since: 1, card });

function aView({ own = false, comments = true }: { readonly own?: boolean; readonly comments?: boolean } = {}) {
  const board = new FakeBoard({ hasOwnInterface: own });
  board.create('usual');
  board.create('other');
  const opened: string[] = [];
  const view = new CardView({
    cardOf: (watching) => ({ board: { name: 'fake', slug: null }, id: watching?.card ?? 'usual' }),
    open: ({ name }) => {
      opened.push(name);
      return board;
    },
    comments,
  });
  const over = new AbortController();
  const onChange = vi.fn();
  return { board, view, opened, over, onChange, follow: () => view.follow(onChange, over.signal) };
}

const bodies = (view: CardView): readonly string[] | undefined => view.value?.comments.map(({ body }) => body);

describe('the card of the page', () => {
  test('is read when its board hints, as people see it', async () => {
    const { board, view, follow } = aView();
    expect(view.value).toBeNull();
    follow();
    await expect.poll(() => view.value).not.toBeNull();
    await board.comment('usual', 'hello');
    await expect.poll(() => bodies(view)).toEqual(['hello']);
    const created_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(view.value).toEqual({
      id: 'usual',
      title: 'monitor my sessions',
      status: 'ready',
      comments: [{ id: '1', author: 'fake', body: 'hello', created_at }],
      mayComment: true,
    });
  });

  test('has its newest comments', async () => {
    const { board, view, follow } = aView();
    for (let count = 1; count <= 205; count += 1) await board.comment('usual', String(count));
    follow();
    await expect.poll(() => view.value?.comments).toHaveLength(200);
    expect(bodies(view)?.at(-1)).toBe('205');
  });

  test('takes comments only where the user said so and the board has no interface of its own', () => {
    expect(aView().view.mayComment).toBe(true);
    expect(aView({ comments: false }).view.mayComment).toBe(false);
    expect(aView({ own: true }).view.mayComment).toBe(false);
  });

  test('is that of the monitor that watches', async () => {
    const { board, view, follow, opened } = aView();
    follow();
    await expect.poll(() => view.value?.id).toBe('usual');
    view.choose(watcher('other'));
    expect(view.value, 'the former one is not shown as the new one').toBeNull();
    await expect.poll(() => view.value?.id).toBe('other');
    await view.comment('to the other', new AbortController().signal);
    await expect.poll(() => bodies(view)).toEqual(['to the other']);
    await board.comment('usual', 'the former card is not shown');
    view.choose(watcher('other'));
    view.choose(watcher('other'));
    expect(opened, 'the same card is not opened again').toHaveLength(2);
    expect(view.value?.id).toBe('other');
  });

  test('stays as it was while its board does not answer, and goes where there is none', async () => {
    const { board, view, follow, onChange } = aView();
    follow();
    await expect.poll(() => view.value?.id).toBe('usual');
    const show = vi.spyOn(board, 'show').mockRejectedValue(new BoardError('late', { cure: 'wait' }));
    const before = onChange.mock.calls.length;
    await board.comment('usual', 'hello');
    await expect.poll(() => onChange.mock.calls.length).toBeGreaterThan(before);
    expect(bodies(view)).toEqual([]);
    show.mockRejectedValue(new NoSuchCardError('usual', { cure: 'make it' }));
    await board.comment('usual', 'hello again');
    await expect.poll(() => view.value).toBeNull();
  });

  test('that nothing reads is not read', async () => {
    const { board, view, follow, over, onChange } = aView();
    follow();
    await expect.poll(() => view.value).not.toBeNull();
    over.abort();
    const show = vi.spyOn(board, 'show');
    const before = onChange.mock.calls.length;
    await board.comment('usual', 'hello');
    view.choose(watcher('other'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(show).not.toHaveBeenCalled();
    expect(onChange).toHaveBeenCalledTimes(before);
  });
});
