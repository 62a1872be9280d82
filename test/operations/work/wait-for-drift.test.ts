import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { readStat } from '../../../src/system/proc-files.ts';
import { FakeBoard } from '../../board/fake-board.ts';
import { deadPids, defaultSocket } from '../../core/world.ts';
import { ownCard, served } from '../../mcp/fake-server.ts';

const dead = 'sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n';
const sees = { panes: deadPids(9001) };
const gone = 'a: tmux gone (was pane 9001, cmd claude). Marked terminated.';
const { signal } = new AbortController();
/** Longer than a busy machine stalls; ms. */
const patience = 20_000;

test('a call without time is one pass; quiet is exactly two words', async () => {
  const { call, board } = served();
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
  expect((await board.show(ownCard, signal)).status).toBe('running');
});

test('news end the call at once where no board started the server, and go on the card', async () => {
  const { call, comments, clock } = served({ registry: dead, sees });
  expect(await call('wait_for_drift', { max_seconds: 60 })).toBe(`${gone}\n0 alive, 1 gone, 0 unknown`);
  clock.now += 6_000;
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
  expect(await comments()).toEqual([gone]);
});

test('on the card of its worker news do not end the call; a comment that is not clear does', async () => {
  const board = new FakeBoard({ claimsAnyCard: false });
  board.create('t_1');
  const dispatched = { board: 'fake', card: 't_1', run: null, callsInTurn: 80 };
  const { call, work } = served({ registry: dead, sees, board, dispatched });
  const waiting = call('wait_for_drift', { max_seconds: 60 });
  await vi.waitFor(async () => expect((await work.reader.news()).opened).toHaveLength(1), patience);
  await board.comment('t_1', 'please stop the build');
  expect(await waiting).toBe(`a comment needs judgement: please stop the build\n${gone}`);
});

test('quiet does not hide what cannot be seen', async () => {
  const blind = { sockets: new Map([[defaultSocket, { blind: 'no answer in 2000 ms', cure: 'wait' }]]) };
  expect(await served({ registry: dead, sees: blind }).call('wait_for_drift', { max_seconds: 0 })).toBe(
    `blind: tmux:${defaultSocket}: no answer in 2000 ms. wait`,
  );
});

test('a stop ends the call', async () => {
  const { call, board } = served();
  const waiting = call('wait_for_drift', { max_seconds: 60 });
  await vi.waitFor(() => board.comment(ownCard, 'stop monitoring', signal), patience);
  expect(await waiting).toMatch(/^stopped: stop-requested by user at /);
});

test('two calls at once share the run; each hears of its end', async () => {
  const { call, board } = served();
  const waiting = Promise.all([
    call('wait_for_drift', { max_seconds: 60 }),
    call('wait_for_drift', { max_seconds: 60 }),
  ]);
  await vi.waitFor(() => board.comment(ownCard, 'stop monitoring', signal), patience);
  const [one, other] = await waiting;
  expect(one).toMatch(/^stopped: /);
  expect(other).toBe(one);
});

test('another process that watches is named', async () => {
  const { call, ports, dir } = served();
  const other = { pid: process.ppid, start: readStat(process.ppid)?.start, card: 'theirs', host: 'here', since: 0 };
  mkdirSync(`${dir}/state`, { recursive: true });
  writeFileSync(`${dir}/state/lease-${ports.place}.json`, JSON.stringify(other));
  expect(await call('wait_for_drift', { max_seconds: 0 })).toMatch(
    new RegExp(`^pid ${process.ppid} already watches this registry since \\S+, on card theirs\n`),
  );
});

test('a registry that cannot be read is said', async () => {
  const { call } = served({ registry: 'sessions: [\n' });
  expect(await call('wait_for_drift', { max_seconds: 0 })).toMatch(/^the registry cannot be read: /m);
});

test('a board without that card is said at once', async () => {
  const board = new FakeBoard({ claimsAnyCard: false });
  expect(await served({ board }).call('wait_for_drift', { task_id: 't_9', max_seconds: 0 })).toBe(
    'there is no card t_9\nmake it',
  );
});
