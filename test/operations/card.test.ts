import { localBoards } from '../../src/board/local-board.ts';
import { describe, expect, test } from 'vitest';
import { card } from '../../src/operations/card.ts';
import { comment } from '../../src/operations/comment.ts';
import { monitor } from '../../src/operations/monitor.ts';
import type { Context } from '../../src/operations/context.ts';
import { answers, at, cardOf, fakeContext } from './fake-context.ts';

describe('card', () => {
  test('shows the card with its comments, escaped', async () => {
    const { context } = fakeContext({ board: { show: () => Promise.resolve(cardOf()) } });
    const [answer] = await answers(card, context);
    expect(answer?.text).toMatchInlineSnapshot(`
      "agent sessions (main)
      running, watched by process 77 since 2026-07-01T09:00:30.000Z
      2026-07-01T09:00:30Z me
        hello
        red \\x1b[31m"
    `);
    expect(answer?.json).toEqual({
      task: {
        id: 'main',
        title: 'agent sessions',
        status: 'running',
        block_reason: null,
        run: { started_at: 1_782_896_430, pid: 77 },
      },
      comments: [{ id: '1', author: 'me', body: 'hello\nred \u001b[31m', created_at: 1_782_896_430 }],
      events: [{ kind: 'created', created_at: 1_782_896_430 }],
    });
  });

  test('has no run while no process holds it', async () => {
    const paused = cardOf({ run: { startedAt: at, pid: null } });
    const [answer] = await answers(card, fakeContext({ board: { show: () => Promise.resolve(paused) } }).context);
    expect(answer?.json).toMatchObject({ task: { status: 'running', run: null } });
  });

  test('--follow shows what is new until the signal', async () => {
    const stop = new AbortController();
    const second = { id: '2', author: 'monitor', body: 'news', createdAt: at + 1_000 };
    const later = cardOf({ comments: [...cardOf().comments, second], status: 'blocked', blockReason: 'stop' });
    const cards = [cardOf(), later];
    const { context } = fakeContext({
      signal: stop.signal,
      board: {
        show: () => Promise.resolve(cards.shift() ?? later),
        watch: (_, onHint, signal) => {
          onHint();
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      },
    });
    const seen: string[] = [];
    for await (const { text } of card.run(context, { words: [], values: { follow: true }, json: false })) {
      seen.push(text);
      if (seen.length === 2) stop.abort();
    }
    expect(seen[1]).toMatchInlineSnapshot(`
      "2026-07-01T09:00:31Z monitor
        news
      blocked: stop, watched by process 77 since 2026-07-01T09:00:30.000Z"
    `);
  });
});

describe('comment', () => {
  test('joins its words and names the card', async () => {
    const made: string[] = [];
    const { context } = fakeContext({
      board: {
        comment: (id, body) => Promise.resolve(void made.push(`${id}: ${body}`)),
        show: () => Promise.resolve(cardOf()),
      },
    });
    const [answer] = await answers(comment, context, { words: ['stop', 'monitoring'] });
    expect(made).toEqual(['main: stop monitoring']);
    expect(answer).toEqual({
      json: { card: 'main', body: 'stop monitoring' },
      text: 'commented on card main',
      exit: 0,
    });
  });

  test.each([
    ['is done', { status: 'done', run: null }],
    ['is blocked (stop\\x1b)', { status: 'blocked', blockReason: 'stop\u001b', run: null }],
    ['is paused', { run: { startedAt: 0, pid: null } }],
    [null, {}],
    [null, { status: 'ready', run: null }],
    [null, { status: 'a later word', run: null }],
  ])('a card that %s: says so, and when the comment is read', async (why, change) => {
    const { context, said } = fakeContext({
      board: { comment: () => Promise.resolve(), show: () => Promise.resolve(cardOf(change)) },
    });
    const [answer] = await answers(comment, context, { words: ['hello'], values: { card: 'mine' } });
    const start = 'agent-sessions-monitor --registry /home/me/registry.yaml monitor --board local --card mine';
    const unread = `no monitor reads the comment now. The next monitor of that card reads it: ${start}`;
    expect(said).toEqual(why === null ? [] : [`stderr: card mine ${why}: ${unread}\n`]);
    expect(answer).toMatchObject({ text: 'commented on card mine', exit: 0 });
  });

  test('a card that is slow to read is not read for that', async () => {
    const traits = { ...localBoards.traits, readEveryMs: 1_000 };
    const { context, said } = fakeContext({ board: { traits, comment: () => Promise.resolve() } });
    await answers(comment, context, { words: ['hello'] });
    expect(said).toEqual([]);
  });

  test('--watched names the card of the monitor that watches, wherever it is', async () => {
    const asked: string[] = [];
    const { context } = fakeContext({
      board: {
        comment: (id) => Promise.resolve(void asked.push(id)),
        show: () => Promise.resolve(cardOf()),
      },
    });
    const board: Context['board'] = (which) => {
      asked.push(`${which.name} ${which.slug}`);
      return context.board(which);
    };
    const watcher = () => Promise.resolve({ pid: 12, since: 1, board: { name: 'hermes', slug: 'lab' }, card: 't_1' });
    const input = { words: ['stop monitoring'], values: { watched: true } };
    await answers(comment, { ...context, board, watcher }, input);
    expect(asked).toEqual(['hermes lab', 't_1']);
    await expect(answers(comment, context, input)).rejects.toThrow('no monitor watches this registry');
  });

  test.each([
    [{}, { name: 'local', slug: null }, 'mine'],
    [{ card: 'main' }, { name: 'local', slug: null }, 'main'],
    [{ board: 'local' }, { name: 'local', slug: null }, 'main'],
    // The local board's by default, whatever watches.
    [{}, { name: 'hermes', slug: null }, 'main'],
  ])('%o while a monitor watches card `mine` on %o names card %s', async (values, board, named) => {
    const asked: string[] = [];
    const fake = fakeContext({
      board: { comment: (id) => Promise.resolve(void asked.push(id)), show: (id) => Promise.resolve(cardOf({ id })) },
    });
    const context = { ...fake.context, watcher: () => Promise.resolve({ pid: 12, since: 1, board, card: 'mine' }) };
    await answers(comment, context, { words: ['stop monitoring'], values });
    const [shown] = await answers(card, context, { values });
    expect([...asked, shown?.json]).toMatchObject([named, { task: { id: named } }]);
  });

  test.each([
    [{}, 'local main'],
    [{ card: 'mine' }, 'local mine'],
    [{ board: 'hermes', card: 't_1' }, 'hermes t_1'],
    [{ 'hermes-board': 'lab', card: 't_1' }, 'hermes lab t_1'],
    [{ board: 'hermes' }, 'hermes t_dispatched'],
  ])('%o names a card on a board', async (values, named) => {
    const asked: string[] = [];
    const { context } = fakeContext({
      board: { comment: (id) => Promise.resolve(void asked.push(id)), show: (id) => Promise.resolve(cardOf({ id })) },
    });
    const env = { HERMES_KANBAN_TASK: 't_dispatched' };
    const board: Context['board'] = ({ name, slug }) => {
      asked.push(name, ...(slug === null ? [] : [slug]));
      return context.board({ name, slug });
    };
    await answers(comment, { ...context, env, board }, { words: ['hello'], values });
    expect(asked.join(' ')).toBe(named);
    const [shown] = await answers(card, { ...context, env, board }, { values });
    expect(shown?.json).toMatchObject({ task: { id: named.split(' ').at(-1) } });
  });

  test("a slug of another board's is refused", async () => {
    const values = { board: 'local', 'hermes-board': 'lab' };
    const refused = {
      code: 2,
      message: '--hermes-board and --board local exclude each other',
      where: '--hermes-board',
      cure: 'leave one out: the slug names a board of Hermes',
    };
    const { context } = fakeContext({});
    await expect(answers(card, context, { values })).rejects.toMatchObject(refused);
    await expect(answers(monitor, context, { values })).rejects.toMatchObject(refused);
  });

  test.each([
    [{}, { name: 'local', slug: null }, 'main'],
    [{ 'hermes-board': 'lab', card: 't_1' }, { name: 'hermes', slug: 'lab' }, 't_1'],
    [{ board: 'hermes', 'hermes-board': 'lab', card: 't_1' }, { name: 'hermes', slug: 'lab' }, 't_1'],
  ])('monitor %o watches a card on a board', async (values, board, id) => {
    const end = { reason: 'ended', summary: 'over', why: 'over' } as const;
    const asked: unknown[] = [];
    const watch: Context['monitor'] = (request) => {
      asked.push([request.board, request.card]);
      return Promise.resolve(end);
    };
    await answers(monitor, fakeContext({ monitor: watch }).context, { values });
    expect(asked).toEqual([[board, id]]);
  });

  test('a board that has no usual card wants one named', async () => {
    const { context } = fakeContext({});
    await expect(answers(card, context, { values: { board: 'hermes' } })).rejects.toMatchObject({
      code: 2,
      where: '--card',
      cure: 'name it with --card, or set HERMES_KANBAN_TASK',
    });
  });

  test('an empty comment is refused', async () => {
    await expect(answers(comment, fakeContext({}).context, { words: [' '] })).rejects.toMatchObject({ code: 2 });
  });
});
