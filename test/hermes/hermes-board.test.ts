import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HermesBoard } from '../../src/hermes/hermes-board.ts';
import type { HermesCommand } from '../../src/hermes/hermes-command.ts';
import { BoardError, NoSuchCardError } from '../../src/errors.ts';

const { signal } = new AbortController();
const shown = {
  task: { id: 't_1', status: 'running', assignee: 'default' },
  comments: [],
  events: [
    { kind: 'created', created_at: 1_000 },
    { kind: 'claimed', created_at: 1_100 },
    { kind: 'reclaimed', created_at: 1_200 },
    { kind: 'claimed', created_at: 1_300 },
  ],
};
const spawned = { ...shown, events: [...shown.events, { kind: 'spawned', payload: { pid: 7 }, created_at: 1_301 }] };

/** Makes a board whose hermes gives these answers. */
function boardOf(
  answers: () => Record<string, { stdout?: string; stderr?: string }>,
  madeAt: number | null = null,
  asked: string[] = [],
  follow: HermesCommand['follow'] = () => Promise.resolve(),
) {
  const hermes: HermesCommand = {
    slug: null,
    run: ([verb = '']) => {
      asked.push(verb);
      return Promise.resolve({ stdout: '', stderr: '', code: 0, ...answers()[verb] });
    },
    follow,
    version: () => Promise.resolve(null),
    boardMadeAt: () => Promise.resolve(madeAt),
  };
  return new HermesBoard({ hermes, author: 'monitor', runMs: null, stateDir: '/dev/null/state' });
}

test.each([
  ['of a board that was there before is gone', 1, NoSuchCardError, 'there is no card t_1'],
  ['of a board that was made since', Date.now() + 60_000, BoardError, "is Hermes' folder away?"],
  ['of a board that cannot be asked', null, BoardError, "is Hermes' folder away?"],
])('a card %s', async (_, madeAt, kind, message) => {
  let show: { stdout?: string; stderr?: string } = { stdout: JSON.stringify(shown) };
  const board = boardOf(() => ({ show }), madeAt);
  await board.show('t_1', signal);
  show = { stderr: 'no such task: t_1' };
  const refused: unknown = await board.show('t_1', signal).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(kind);
  expect(refused instanceof NoSuchCardError).toBe(kind === NoSuchCardError);
  expect(String(refused)).toContain(message);
});

test('Hermes ends a worker that it spawned when the last claim has lasted as long as the card may', async () => {
  const head = '# Kanban task t_1: t\n\nAssignee: default\nStatus:   running\nMax runtime: 600s\n\n';
  const tricky = '# Kanban task t_1: t\n\nAssignee: default\n\n## Body\n\nMax runtime: 5s\n';
  const endsAt = async (card: object, context: string): Promise<number | null> => {
    const board = boardOf(() => ({ show: { stdout: JSON.stringify(card) }, context: { stdout: context } }));
    return board.workers.endAt(await board.show('t_1', signal), signal);
  };
  expect(await endsAt(spawned, head)).toBe(1_900_000);
  expect(await endsAt(spawned, tricky)).toBeNull();
  expect(await endsAt(shown, head)).toBeNull();
});

test('why Hermes gave a card up is the reason of its block', async () => {
  const error = 'elapsed 26s > limit 25s';
  const events = [...spawned.events, { kind: 'gave_up', payload: { failures: 1, error }, created_at: 1_400 }];
  const board = boardOf(() => ({
    show: { stdout: JSON.stringify({ ...spawned, task: { ...spawned.task, status: 'blocked' }, events }) },
  }));
  expect((await board.show('t_1', signal)).blockReason).toBe(error);
});

describe('a card in a status that we do not know', () => {
  const review = { ...spawned, task: { ...spawned.task, status: 'review' } };
  const asked: string[] = [];
  const boardIn = (card: object, blocked: { stdout?: string; stderr?: string }) =>
    boardOf(() => ({ show: { stdout: JSON.stringify(card) }, block: blocked }), null, asked);

  test('is carried as it is, with the run that it had', async () => {
    const board = boardIn(review, {});
    const card = await board.show('t_1', signal);
    expect(card).toMatchObject({ status: 'review', run: { startedAt: 1_100_000, pid: 7 }, blockReason: null });
    asked.length = 0;
    expect(await board.claim('t_1', { pid: 1, host: 'lab1' }, null, signal)).toEqual(card);
    expect(asked).toEqual(['show']);
    const waiting = { ...review, events: [{ kind: 'created', created_at: 1 }] };
    expect((await boardIn(waiting, {}).show('t_1', signal)).run).toBeNull();
  });

  test('is blocked on a stop; where Hermes does not allow that, the run ends all the same', async () => {
    await boardIn(review, { stderr: 'cannot block t_1' }).block('t_1', 'stop-requested', signal);
    const running = boardIn(spawned, { stderr: 'cannot block t_1' }).block('t_1', 'stop-requested', signal);
    await expect(running).rejects.toThrow('cannot block');
  });
});

describe('a claim', () => {
  const ready = { ...shown, task: { ...shown.task, status: 'ready' }, events: shown.events.slice(0, 1) };
  const holder = { pid: 1, host: 'lab1' };
  /** Returns a board with a card that is ready until its claim, what that board was asked, and the card as it was read. */
  const readBefore = async (claim: { stdout?: string; stderr?: string }) => {
    const asked: string[] = [];
    const show = () => ({ stdout: JSON.stringify(asked.includes('claim') ? spawned : ready) });
    const board = boardOf(() => ({ show: show(), claim }), null, asked);
    const card = await board.show('t_1', signal);
    asked.length = 0;
    return { board, asked, card };
  };

  test('reads a card before only where its caller has not', async () => {
    const { board, asked, card } = await readBefore({ stdout: 'Claimed t_1\n' });
    expect(await board.claim('t_1', holder, card, signal)).toMatchObject({ status: 'running', run: { pid: 7 } });
    expect(asked).toEqual(['claim', 'show']);
    asked.length = 0;
    await board.claim('t_1', holder, null, signal);
    expect(asked).toEqual(['show', 'claim', 'show']);
  });

  test('of a card that another process claims in the same moment does not make it ours', async () => {
    const { board, asked, card } = await readBefore({ stderr: 'cannot claim t_1: status=running' });
    await expect(board.claim('t_1', holder, card, signal)).rejects.toThrow('cannot claim t_1');
    expect(asked).toEqual(['claim']);
    asked.length = 0;
    await expect(board.claim('t_1', holder, null, signal)).rejects.toThrow('cannot claim t_1');
    expect(asked).toEqual(['show', 'claim']);
  });
});

test('a banner before the JSON of a later Hermes is passed over; a card alone is never made of something else', async () => {
  const banner = `⚕ Hermes 0.20.6 is here {see the notes}\n{not json\n${JSON.stringify(shown, null, 2)}\n`;
  const card = await boardOf(() => ({ show: { stdout: banner } })).show('t_1', signal);
  expect(card).toMatchObject({ id: 't_1', status: 'running' });
  await expect(boardOf(() => ({ show: { stdout: 'all is well\n' } })).show('t_1', signal)).rejects.toThrow(
    'hermes showed no card t_1',
  );
  const other = JSON.stringify({ ...shown, task: { ...shown.task, status: { name: 'review' } } });
  await expect(boardOf(() => ({ show: { stdout: other } })).show('t_1', signal)).rejects.toThrow(
    'hermes shows card t_1 in a form that this version does not know: no task.status as expected',
  );
  const never = JSON.stringify({ ...shown, comments: [{ body: 'stop', created_at: 1e15 }] });
  await expect(boardOf(() => ({ show: { stdout: never } })).show('t_1', signal)).rejects.toThrow(
    'hermes shows card t_1 in a form that this version does not know: no comments.0.created_at as expected',
  );
  const endless = '{"a":\n'.repeat(200_000);
  await expect(boardOf(() => ({ show: { stdout: endless } })).show('t_1', signal)).rejects.toThrow(
    'hermes showed no card t_1',
  );
});

test('a verb or a flag that another Hermes does not know is said in its own words', async () => {
  const stderr =
    "usage: hermes kanban [-h]\nhermes kanban: error: argument kanban_action: invalid choice: 'heartbeat' (choose from show)";
  const board = boardOf(() => ({ show: { stdout: JSON.stringify(shown) }, heartbeat: { stderr } }));
  const refused: unknown = await board.heartbeat('t_1', 'alive', signal).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BoardError);
  expect(String(refused)).toContain("invalid choice: 'heartbeat'");
});

test('each line of tail is a reason to read the card, but a heartbeat is not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const over = new AbortController();
  const time = '[2026-11-30 03:12]';
  const note = `"[2026-11-30 03:12] commented {'len': 5}"`;
  const heard: (readonly [string, number])[] = [];
  let hints = 0;
  const follow: HermesCommand['follow'] = async (_, onLine) => {
    for (const line of [
      'Tailing events for t_1. Ctrl-C to stop.',
      `${time} heartbeat {'note': 'alive, 0 drifts detected'}`,
      `${time} heartbeat`,
      `${time} heartbeat {'note': ${note}}`,
      `${time} commented {'author': 'heartbeat', 'len': 5}`,
      `${time} blocked {'reason': '${time} heartbeat'}`,
      `${time} heartbeat_lost {'note': 'a kind of a later Hermes'}`,
      `${time} heartbeat and more`,
      `${time} commented ${time} heartbeat`,
      ` ${time} heartbeat`,
      '[] heartbeat',
      '[2026-11-30T03:12:00Z] heartbeat',
      '',
    ]) {
      const before = hints;
      onLine(line);
      await vi.advanceTimersByTimeAsync(1_000);
      heard.push([line, hints - before]);
    }
    over.abort();
  };
  await boardOf(() => ({}), null, [], follow).watch('t_1', () => (hints += 1), over.signal);
  expect(heard.filter(([, count]) => count === 0).map(([line]) => line)).toEqual([
    `${time} heartbeat {'note': 'alive, 0 drifts detected'}`,
    `${time} heartbeat`,
    `${time} heartbeat {'note': ${note}}`,
  ]);
  expect(hints).toBe(10);
});

test('a burst of lines is one reason to read the card, a line after it is the next, and so is the end of tail', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const over = new AbortController();
  let hints = 0;
  let say: (line: string) => void = () => undefined;
  let end: () => void = () => undefined;
  const follow: HermesCommand['follow'] = (_, onLine) => {
    say = onLine;
    return new Promise((resolve) => (end = resolve));
  };
  const hintsAfter = async (what: () => void): Promise<number> => {
    what();
    await vi.advanceTimersByTimeAsync(1_000);
    return hints;
  };
  const watching = boardOf(() => ({}), null, [], follow).watch('t_1', () => (hints += 1), over.signal);
  const burst = () => ['created', 'claimed', 'commented'].forEach((kind) => say(`[2026-11-30 03:12] ${kind}`));
  expect(await hintsAfter(burst)).toBe(1);
  expect(await hintsAfter(() => say('[2026-11-30 03:13] commented'))).toBe(2);
  expect(await hintsAfter(end)).toBe(3);
  say('[2026-11-30 03:14] commented');
  expect(await hintsAfter(() => over.abort())).toBe(3);
  await watching;
});
