import { expect, test } from 'vitest';
import { deadPids } from '../../core/world.ts';
import { FakeBoard, workersWith } from '../../board/fake-board.ts';
import { ownCard, served } from '../../mcp/fake-server.ts';
import { never } from '../../never.ts';

const dead = 'sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n';
const sees = { panes: deadPids(9001) };
const gone = 'a: tmux gone (was pane 9001, cmd claude). Marked terminated.';

test('a server that works on no run never answers that it is over, and takes no card', async () => {
  const { call, comments } = served({ registry: dead, sees });
  expect(await call('reconcile')).toBe(`${gone}\n0 alive, 1 gone, 0 unknown`);
  expect(await call('reconcile')).toBe('no drift');
  await expect(comments()).rejects.toThrow('there is no card');
});

test('what an answer told is told again where the next call never comes', async () => {
  const { call, work } = served({ registry: dead, sees });
  const told = `${gone}\n0 alive, 1 gone, 0 unknown`;
  expect(await call('reconcile')).toBe(told);
  // The next call of the same client is the sign that the answer arrived.
  expect((await work.reader.news()).opened).toHaveLength(1);
  expect(await call('status')).toContain('terminated');
  expect((await work.reader.news()).opened).toHaveLength(0);
});

test('a stop ends the run for every tool', async () => {
  const { call, board, comments } = served();
  expect(await call('block_on_stop')).toBe('monitoring is still wanted');
  await board.comment(ownCard, 'stop monitoring', never);
  const over = await call('block_on_stop');
  expect(over).toMatch(/^stopped: stop-requested by user at \S+Z: no drift was found in this run\.$/);
  for (const tool of ['wait_for_drift', 'reconcile', 'status', 'heartbeat', 'comment', 'explain'])
    expect(await call(tool), tool).toBe(over);
  expect(await comments()).toEqual(['stop monitoring', 'no drift was found in this run.']);
});

test('calls that end the run at once end it once', async () => {
  const { call, board, comments } = served();
  await call('heartbeat');
  await board.comment(ownCard, 'stop monitoring', never);
  const [one, other] = await Promise.all([call('block_on_stop'), call('heartbeat')]);
  expect(one).toMatch(/^stopped: /);
  expect(other).toBe(one);
  expect(await comments()).toHaveLength(2);
});

const dispatched = { board: 'fake', card: 't_1', run: '1', callsInTurn: 3 };

function dispatchedBoard(): FakeBoard {
  const board = new FakeBoard({ claimsAnyCard: false });
  board.create('t_1');
  return board;
}

test('a turn that ends is said at its last call, and the next one begins', async () => {
  const { call } = served({ dispatched, board: dispatchedBoard() });
  expect([await call('status'), await call('status'), await call('status'), await call('status')]).toEqual([
    'no sessions',
    'no sessions',
    'turn ends soon',
    'no sessions',
  ]);
});

test('on a board that gives one turn only the run is completed with its last call', async () => {
  const board = dispatchedBoard();
  board.workers = workersWith({ haveOneTurn: () => Promise.resolve(true) });
  const { call, comments } = served({ dispatched, board });
  await call('status');
  await call('status');
  const over = 'Ended: the one turn that this board gives a worker is used up. In all: no drift was found in this run.';
  expect(await call('status')).toBe(`stopped: ${over}`);
  expect(await comments('t_1')).toEqual([over]);
});

test('a server that was started again hears from the card that its run is over', async () => {
  const board = dispatchedBoard();
  await board.block('t_1', 'enough');
  const { call } = served({ dispatched, board });
  expect(await call('status')).toBe('stopped: the card was blocked: enough');
});

test('a card that nothing works may be told a word, and takes no run', async () => {
  const board = dispatchedBoard();
  const { call, comments } = served({ board });
  const given = { task_id: 't_1' };
  expect(await call('block_on_stop', given)).toBe('card t_1 is ready: there is no run to stop');
  expect(await call('heartbeat', given)).toBe('monitoring is alive');
  expect(await call('comment', { ...given, text: 'all is well' })).toBe('posted');
  expect(await comments('t_1')).toEqual(['all is well']);
});

test.each([
  ['heartbeat', false, []],
  ['wait_for_drift', false, ['Paused: the program that waited for news has ended']],
  ['wait_for_drift', true, ['Paused by a signal']],
])('a server that ends pauses the run that it began: after %s, by a signal: %s', async (tool, signalled, says) => {
  const { call, close, board, comments } = served();
  await call(tool, { max_seconds: 0 });
  await close({ signalled });
  const rest = 'the run goes on at the next start. Up to here: no drift was found in this run.';
  expect(await comments()).toEqual(says.map((how) => `${how}, ${rest}`));
  expect((await board.show(ownCard, never)).run).toMatchObject({ pid: null });
});

test('there is no such tool', async () => {
  expect(await served().call('nonsense')).toMatch(/^error: there is no tool nonsense; there are wait_for_drift, /);
});
