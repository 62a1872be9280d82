import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import type { Card } from '../../src/board/board.ts';
import { monitorTerminal } from '../../src/cli/monitor-terminal.ts';
import { at, cardOf, fakeContext } from '../operations/fake-context.ts';

test('at a terminal comments appear once, and a typed line is the comment of a person', async () => {
  const made: string[] = [];
  let card: Card = cardOf({ comments: [] });
  let hint = (): void => undefined;
  const { context, said } = fakeContext({
    board: {
      show: () => Promise.resolve(card),
      comment: (_, body) => {
        made.push(body);
        card = cardOf({ comments: [...card.comments, { id: body, author: 'me', body, createdAt: at }] });
        return Promise.resolve();
      },
      watch: (_, onHint, signal) => {
        hint = onHint;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    },
  });
  const process = Object.assign(new EventEmitter(), { stdin: new PassThrough() });
  const { stdin } = process;
  const listener = monitorTerminal(process, () => false)(context);
  listener.watching({ sessions: 1, card: 'main', board: context.board({ name: 'local', slug: null }) });
  const news = { id: 'n', author: 'monitor', body: 'shop: tmux gone.\u0007', createdAt: at };
  card = cardOf({ comments: [news] });
  hint();
  hint();
  await expect.poll(() => said.length).toBe(3);
  stdin.write('stop monitoring\n\n');
  await expect.poll(() => made).toEqual(['stop monitoring']);
  await listener.close();
  expect(said).toEqual([
    'stderr: watching 1 session on card main\n',
    'stderr: a line that you type is your comment; `stop monitoring` ends it, Ctrl-C pauses it\n',
    '2026-07-01T09:00:30Z monitor\n  shop: tmux gone.\\x07\n',
  ]);
});

test('in the background nothing is read: the kernel would stop the monitor', async () => {
  const { context } = fakeContext({ board: { watch: () => Promise.resolve() } });
  const process = Object.assign(new EventEmitter(), { stdin: new PassThrough() });
  let isInBackground = true;
  vi.useFakeTimers();
  try {
    const listener = monitorTerminal(process, () => isInBackground)(context);
    listener.watching({ sessions: 1, card: 'main', board: context.board({ name: 'local', slug: null }) });
    expect(process.stdin.readableFlowing).not.toBe(true);
    isInBackground = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(process.stdin.readableFlowing, 'after fg, of which no signal tells').toBe(true);
    isInBackground = true;
    process.emit('SIGCONT');
    expect(process.stdin.readableFlowing, 'after Ctrl-Z and bg').toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(process.stdin.readableFlowing).toBe(false);
    isInBackground = false;
    process.emit('SIGCONT');
    expect(process.stdin.readableFlowing, 'after Ctrl-Z and fg').toBe(true);
    await listener.close();
    expect(process.listenerCount('SIGCONT') + vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
