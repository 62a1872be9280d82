import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Board } from '../../src/board/board.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import { boardContract } from '../contract/board.ts';
import { nodeWords } from '../run-source.ts';
import { never as signal } from '../never.ts';

let folder: string;
let board: Board;
const holder = { pid: 1, host: 'here' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-board-'));
  board = new LocalBoard({ dir: folder, now: Date.now, author: 'agent-sessions-monitor' });
});
afterEach(() => rmSync(folder, { recursive: true }));

boardContract('the local board', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'asm-board-'));
  const person: Board = new LocalBoard({ dir, now: Date.now, author: 'tester' });
  let cards = 0;
  let card = '';
  return {
    board: new LocalBoard({ dir, now: Date.now, author: 'agent-sessions-monitor' }),
    comment: (body) => person.comment(card, body, signal),
    // The card is made, and no monitor works it.
    card: () => {
      card = `card-${(cards += 1)}`;
      const line = { kind: 'created', at: 1, title: 'monitor my sessions' };
      writeFileSync(join(dir, `${card}.jsonl`), `${JSON.stringify(line)}\n`);
      return Promise.resolve(card);
    },
    close: () => Promise.resolve(rmSync(dir, { recursive: true })),
  };
});

test('several processes comment at once: each comment is there, once', async () => {
  await board.claim('card', holder, null, signal);
  const writer = nodeWords(`
    import { LocalBoard } from './src/board/local-board.ts';
    const board = new LocalBoard({ dir: process.argv[1], now: Date.now, author: process.argv[2] });
    for (let i = 0; i < 50; i += 1) await board.comment('card', process.argv[2] + ' ' + i, AbortSignal.timeout(9000));`);
  const writers = ['a', 'b', 'c', 'd'].map((name) => {
    const words = [...writer, folder, name];
    return new Promise((resolve) => spawn(process.execPath, words, { stdio: 'inherit' }).once('exit', resolve));
  });
  expect(await Promise.all(writers)).toEqual([0, 0, 0, 0]);
  const { comments } = await board.show('card', signal);
  expect(comments).toHaveLength(200);
  expect(new Set(comments.map(({ body }) => body)).size).toBe(200);
});

test('a line that a killed writer has torn is passed over, and spoils no other', async () => {
  await board.claim('card', holder, null, signal);
  await board.comment('card', 'before', signal);
  appendFileSync(join(folder, 'card.jsonl'), '{"kind":"commented","at":1,"id":"x","bo');
  await board.comment('card', 'after', signal);
  expect((await board.show('card', signal)).comments.map(({ body }) => body)).toEqual(['before', 'after']);
});

test('an id that looks like a path is a name', async () => {
  await board.claim('../../evil', holder, null, signal);
  expect(readdirSync(folder)).toEqual(['..%2F..%2Fevil.jsonl']);
});

test.each(['x'.repeat(300), '店舗'.repeat(20)])(
  'an id that is too long for the name of a file is an id: %s',
  async (id) => {
    await board.claim(id, holder, null, signal);
    await board.heartbeat(id, 'alive', signal);
    await board.comment(id, 'hello', signal);
    expect((await board.show(id, signal)).comments.map(({ body }) => body)).toEqual(['hello']);
    await expect(board.show(`${id}y`, signal)).rejects.toThrow('there is no card');
  },
);

test('after its end a card can be worked again: what was said before is taken for nothing', async () => {
  await board.claim('card', holder, null, signal);
  await board.comment('card', 'stop monitoring', signal);
  await board.block('card', 'stop', signal);
  const again = await board.claim('card', holder, null, signal);
  expect(again).toMatchObject({ status: 'running', blockReason: null, runFromComment: 1 });
});

test('a claim takes over from a crashed holder', async () => {
  const first = await board.claim('card', { pid: 7, host: 'here' }, null, signal);
  const second = await board.claim('card', { pid: 8, host: 'here' }, null, signal);
  expect(second.run).toEqual({ startedAt: first.run?.startedAt, pid: 8 });
});

test('a board that cannot be written says where, and what to do', async () => {
  writeFileSync(join(folder, 'file'), '');
  const broken: Board = new LocalBoard({ dir: join(folder, 'file', 'board'), now: Date.now, author: 'x' });
  await expect(broken.claim('card', holder, null, signal)).rejects.toMatchObject({
    code: 5,
    where: join(folder, 'file', 'board', 'card.jsonl'),
    cure: expect.stringContaining('AGENT_SESSIONS_MONITOR_STATE_DIR'),
  });
});
