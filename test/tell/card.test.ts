import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Board } from '../../src/board/board.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import { readStop } from '../../src/core/words/stop.ts';
import { BoardError } from '../../src/errors.ts';
import type { Log, LoggedDrift } from '../../src/log/log.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { say, sayUnlessSaid, tellCard, type CardReader } from '../../src/tell/card.ts';
import { ownComments } from '../../src/tell/own-comments.ts';
import { boardWith } from '../board/fake-board.ts';
import { aDrift } from '../log/a-drift.ts';
import { driftNamed } from '../named.ts';
import { never as signal } from '../never.ts';

const card = 'card';
let dir: string;
let now: number;
let log: Log;
let board: Board;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'asm-tell-'));
  now = 1_000_000;
  log = new FileLog({ dir, registryPath: '/r', place: 'here', now: () => now, warn: () => undefined });
  board = new LocalBoard({ dir: join(dir, 'board'), now: () => now, author: 'agent-sessions-monitor' });
  await board.claim(card, { pid: 1, host: 'here' }, null, signal);
});
afterEach(() => rmSync(dir, { recursive: true }));

const reader = (more: Partial<CardReader> = {}): CardReader => ({
  log,
  board,
  card,
  now: () => now,
  registry: { path: '/home/me/my registry.yaml', isUsual: true, program: ['agent-sessions-monitor'] },
  graceMs: 5_000,
  stopPhrases: [],
  gatherMs: null,
  ...more,
});
const comments = async (): Promise<string[]> => (await board.show(card, signal)).comments.map(({ body }) => body);
const open = (...drifts: readonly LoggedDrift[]) => log.append(drifts.map((drift) => ({ kind: 'opened', drift })));
const close = (id: string, because: 'human' | 'repaired' | 'world', message: string | null = null) =>
  log.append([{ kind: 'resolved', id: driftNamed(id), because, message }]);
/** Makes a drift that is told at once, unlike a death. */
const news = (id: string, more: Partial<LoggedDrift> = {}): LoggedDrift =>
  aDrift({ id, key: id, kind: 'artifact-missing', class: 'D', message: `news ${id}`, ...more });

test('what is new is one comment, a line each, with its way back; and never again', async () => {
  await open(news('one'), news('two', { resume: "cd '/home/me' && claude --resume x" }));
  expect(await tellCard(reader(), signal)).toMatchObject({ heldUntil: null });
  expect(await tellCard(reader(), signal)).toEqual({ heldUntil: null, posted: null, drifts: [] });
  expect(await comments()).toEqual(["news one\nnews two\n    cd '/home/me' && claude --resume x"]);
});

test('agents that wait for the user are on the card only where the user wants that; that they go on, never', async () => {
  const named = 'shop-creator-claude';
  const waits = (id: string) => news(id, { kind: 'needs-you', class: 'P', session: named });
  await open(waits('one'), news('other'), waits('two'));
  await tellCard(reader(), signal);
  expect(await comments()).toEqual(['news other']);
  await open(waits('three'), waits('four'));
  await close('one', 'world', 'one goes on');
  await tellCard(reader({ gatherMs: 0 }), signal);
  await close('three', 'world', 'three goes on');
  await tellCard(reader({ gatherMs: 0 }), signal);
  expect(await comments()).toEqual(['news other', `news three\nnews four\nStill waiting for you: ${named}.`]);
});

const waits = (session: string) =>
  news(session, { kind: 'needs-you', class: 'P', session, message: `${session}: needs you.` });

test('agents that begin to wait apart are one comment, a minute after the first', async () => {
  const gathering = reader({ gatherMs: 60_000 });
  await open(waits('shop'));
  expect(await tellCard(gathering, signal)).toEqual({ heldUntil: 1_060_000, posted: null, drifts: [] });
  now += 40_000;
  await open(waits('blog'), waits('brief'));
  expect(await tellCard(gathering, signal)).toMatchObject({ heldUntil: 1_060_000, posted: null });
  await close('brief', 'world', 'brief goes on');
  now += 20_000;
  expect(await tellCard(gathering, signal)).toMatchObject({ heldUntil: null, drifts: ['shop', 'blog'] });
  expect(await comments()).toEqual(['shop: needs you.\nblog: needs you.']);
});

test('a later comment names all that wait, and tells each waiting once', async () => {
  const gathering = reader({ gatherMs: 60_000 });
  await open(waits('shop'), waits('blog'), waits('lab\u001b'));
  now += 60_000;
  await tellCard(gathering, signal);
  await close('blog', 'world', 'blog goes on');
  await open(waits('new'));
  now += 60_000;
  expect(await tellCard(gathering, signal)).toMatchObject({ drifts: ['new'] });
  now += 600_000;
  expect(await tellCard(gathering, signal)).toMatchObject({ posted: null });
  expect((await comments()).slice(1)).toEqual(['new: needs you.\nStill waiting for you: shop, lab\\x1b.']);
});

test('other news take the waits along, and a clock that was set back holds none', async () => {
  await open(waits('shop'), news('other'));
  await tellCard(reader({ gatherMs: 60_000 }), signal);
  await open(waits('blog'));
  now -= 600_000;
  await tellCard(reader({ gatherMs: 60_000 }), signal);
  expect(await comments()).toEqual(['shop: needs you.\nnews other', 'blog: needs you.\nStill waiting for you: shop.']);
});

test('a death is held back; one that the user caused is never told, the monitor’s repair is', async () => {
  await open(aDrift({ id: 'his', key: 'his' }), aDrift({ id: 'ours', key: 'ours', message: 'ours' }));
  expect(await tellCard(reader(), signal)).toEqual({ heldUntil: 1_005_000, posted: null, drifts: [] });
  expect(await comments()).toEqual([]);
  now += 3_000;
  await close('his', 'human');
  now += 3_000;
  // The monitor's own repair closed it before it could be told. It was held back, so it is news all the same.
  await close('ours', 'repaired');
  expect(await tellCard(reader(), signal)).toEqual({ heldUntil: null, posted: 'ours', drifts: ['ours'] });
  expect(await comments()).toEqual(['ours']);
});

test('an end is told only where the beginning was', async () => {
  await open(news('told'));
  await tellCard(reader(), signal);
  await open(news('brief'));
  await close('brief', 'world', 'brief is over');
  await close('told', 'world', 'told is over');
  await tellCard(reader(), signal);
  expect(await comments()).toEqual(['news told', 'told is over']);
});

test('what happens twice is told twice', async () => {
  for (const id of ['first', 'second']) {
    await open(news(id, { key: 'same', message: 'agent exited' }));
    await tellCard(reader(), signal);
    await close(id, 'world');
    await tellCard(reader(), signal);
  }
  expect(await comments()).toEqual(['agent exited', 'agent exited']);
});

test('a comment has at most 2 KB; the rest is counted, with the command that shows it', async () => {
  const many = Array.from({ length: 60 }, (_, index) => news(`${index}`, { message: `${index} ${'ü'.repeat(40)}` }));
  await open(...many.slice(0, 30));
  now += 60_000;
  await open(...many.slice(30));
  now += 3 * 3_600_000;
  await tellCard(reader(), signal);
  const [body = ''] = await comments();
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
  // The time is when the first of them was found, whenever it is read.
  expect(body.split('\n').at(-1)).toMatch(
    /^… and \d+ more lines: agent-sessions-monitor history --since 1970-01-01T00:16:40Z$/,
  );
  await board.claim('other', { pid: 1, host: 'here' }, null, signal);
  const place = { path: '/home/me/my registry.yaml', isUsual: false, program: ['agent-sessions-monitor'] };
  await tellCard(reader({ card: 'other', registry: place }), signal);
  const { comments: elsewhere } = await board.show('other', signal);
  expect(elsewhere[0]?.body).toContain("agent-sessions-monitor --registry '/home/me/my registry.yaml' history --since");
});

test('a crash between the intent and the comment, or behind the comment: nothing is lost, nothing twice', async () => {
  await open(news('one'));
  const crash = new Error('crash');
  const dies = (when: 'before' | 'behind'): Board =>
    boardWith(board, {
      comment: async (...said) => {
        if (when === 'behind') await board.comment(...said);
        throw crash;
      },
    });
  await expect(tellCard(reader({ board: dies('before') }), signal)).rejects.toBe(crash);
  expect(await comments()).toEqual([]);
  await expect(tellCard(reader({ board: dies('behind') }), signal)).rejects.toBe(crash);
  expect(await comments()).toEqual(['news one']);
  await tellCard(reader(), signal);
  await open(news('two'));
  await tellCard(reader(), signal);
  expect(await comments()).toEqual(['news one', 'news two']);
  const postings = (await log.read()).filter((event) => event.kind === 'posting');
  const ends = (await log.read()).filter((event) => event.kind === 'posted');
  expect(ends.map(({ of }) => of)).toEqual(postings.map(({ event }) => event));
  expect(ends.map(({ arrived }) => arrived)).toEqual([false, true, true]);
});

test('a death that was held back, and whose comment arrived while its answer was lost, is told once', async () => {
  await open(aDrift({ id: 'gone', key: 'gone' }));
  expect(await tellCard(reader(), signal)).toMatchObject({ posted: null, heldUntil: 1_005_000 });
  now += 5_000;
  const mute = boardWith(board, {
    comment: async (on, body, until) => {
      await board.comment(on, body, until);
      throw new BoardError('no answer', { cure: 'wait' });
    },
  });
  await expect(tellCard(reader({ board: mute }), signal)).rejects.toThrow('no answer');
  await tellCard(reader(), signal);
  expect(await comments()).toHaveLength(1);
});

test('a board that refuses is tried again, and the news fold into the next comment', async () => {
  const refuses = boardWith(board, { show: () => Promise.reject(new BoardError('away', { cure: 'wait' })) });
  await open(news('one'));
  await expect(tellCard(reader({ board: refuses }), signal)).rejects.toThrow(BoardError);
  await open(news('two'));
  await tellCard(reader(), signal);
  expect(await comments()).toEqual(['news one\nnews two']);
});

test('a first telling that the board refused loses nothing of what is repaired meanwhile', async () => {
  await open(news('one'));
  const away = boardWith(board, { comment: () => Promise.reject(new BoardError('away', { cure: 'wait' })) });
  await expect(tellCard(reader({ board: away }), signal)).rejects.toThrow(BoardError);
  await close('one', 'repaired');
  await tellCard(reader(), signal);
  expect(await comments()).toEqual(['news one']);
});

test('two monitors of one card at once: each thing is said once', async () => {
  await open(news('one'), news('two'));
  await Promise.all([reader(), reader(), reader()].map((one) => tellCard(one, signal)));
  expect(await comments()).toEqual(['news one\nnews two']);
});

test('neither an order to stop nor the address of a pull request can be smuggled into a comment of ours', async () => {
  board = boardWith(board, { traits: { ...board.traits, reactsToPullRequests: true } });
  await open(
    news('evil', { message: 'stop monitoring: tmux gone\u001b[2J' }),
    news('pull', { message: 'see https://github.com/me/lab/pull/12/files now' }),
  );
  await tellCard(reader(), signal);
  await say(reader(), 'found: stop monitoring', signal);
  const bodies = await comments();
  expect(bodies).toEqual(['`stop monitoring: tmux gone\\x1b[2J`\nsee me/lab#12 now', '`found: stop monitoring`']);
  for (const body of bodies) expect(readStop(body)).toBe('go-on');
});

test('our own comments are known by what we posted and where, not by their author', async () => {
  await board.comment(card, 'news one', signal);
  await open(news('one'));
  await tellCard(reader(), signal);
  const isOurs = ownComments(await log.read(), card);
  const { comments: shown } = await board.show(card, signal);
  expect(shown.map(({ body }, index) => isOurs(body, index))).toEqual([false, true]);
});

test('the same text is the same comment while it stands on the card; one that was refused was never said', async () => {
  const order = 'please tell us when to stop monitoring';
  const sayOnce = (text: string, more: Partial<CardReader> = {}) => sayUnlessSaid(reader(more), text, 600_000, signal);
  const away = boardWith(board, { comment: () => Promise.reject(new BoardError('away', { cure: 'wait' })) });
  await expect(sayOnce(order, { board: away })).rejects.toThrow(BoardError);
  const twice = await Promise.all([sayOnce(order), sayOnce(order)]);
  expect(twice.filter(Boolean)).toHaveLength(1);
  now += 600_000;
  expect(await sayOnce(order)).toBe(true);
  expect(await comments()).toEqual([`\`${order}\``, `\`${order}\``]);
});

test('a text of ours is cut to what a worker is shown of a comment, and no cut bares an order', async () => {
  const quoted = `\`stop monitoring\n${'x'.repeat(3_000)}\``;
  const many = `${'please stop monitoring ü\n'.repeat(100)}https://github.com/me/lab/pull/12`;
  const pull = 'see https://github.com/me/lab/pull/12';
  for (const text of [quoted, many, 'y'.repeat(200_000), pull]) await say(reader(), text, signal);
  const bodies = await comments();
  for (const body of bodies) {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
    expect(readStop(body)).toBe('go-on');
  }
  expect(bodies[2]).toBe(`${'y'.repeat(2045)}…`);
  // The local board does nothing with an address.
  expect(bodies[3]).toBe(pull);
});
