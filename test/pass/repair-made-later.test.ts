import { expect, test } from 'vitest';
import { historyRows } from '../../src/operations/history/history-rows.ts';
import { undo } from '../../src/operations/undo.ts';
import { pass } from '../../src/pass/pass.ts';
import { stdoutReader } from '../../src/tell/stdout.ts';
import { deadPids } from '../core/world.ts';
import { answers, fakeContext } from '../operations/fake-context.ts';
import { passWorld } from './pass-world.ts';
import { never } from '../never.ts';

const gone = (more = ''): string =>
  `sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n${more}`;

/** Makes a dead session, a reader of the news, and a person who undoes repairs. */
function deadWorld(text: string) {
  const world = passWorld(text);
  world.kept.observation = { panes: deadPids(9001) };
  const { log, registryFile } = world.ports;
  const reader = stdoutReader(log);
  const context = { ...fakeContext({}).context, log: () => log, registryFile: () => registryFile };
  return {
    ...world,
    /** Runs a pass, and returns what it tells. */
    told: async () => {
      await world.pass();
      const news = await reader.take();
      await news.commit();
      return news.opened.map(({ message, edits }) => [message, edits.length]);
    },
    undo: async () => (await answers(undo, context))[0]?.text,
    history: async () => historyRows(await log.read()).map(({ what, message }) => `${what}: ${message}`),
  };
}

const marked = 'a: tmux gone (was pane 9001, cmd claude). Marked terminated.';

test('after an undo a repair that is made again is told once, and can be taken back again', async () => {
  const world = deadWorld(gone());
  expect(await world.told()).toEqual([[marked, 3]]);
  expect(await world.undo()).toBe(`took back:\n   ${marked}`);
  expect(await world.told(), 'held, and known').toEqual([]);
  expect(world.read()).toBe(gone());

  world.write(gone('    note: mine\n'));
  expect(await world.told(), 'the entry was changed: it is repaired anew').toEqual([[marked, 3]]);
  expect(await world.told()).toEqual([]);
  expect(world.read()).toContain('status: terminated');
  expect(await world.undo()).toBe(`took back:\n   ${marked}`);
  expect(world.read()).toBe(gone('    note: mine\n'));
  expect(await world.told()).toEqual([]);
  expect(world.read(), 'it is held again').toBe(gone('    note: mine\n'));
  expect(await world.history()).toEqual([
    `found: ${marked}`,
    'undone: a: repair taken back.',
    `found: ${marked}`,
    'undone: a: repair taken back.',
  ]);
});

test('once a repair was made again, the former undo holds nothing, even if the old text comes back', async () => {
  const world = deadWorld(gone());
  await world.told();
  await world.undo();
  world.write(gone('    note: mine\n'));
  await world.told();
  world.write(gone());
  expect(await world.told()).toEqual([[marked, 3]]);
  expect(world.read()).toContain('status: terminated');
});

test('a pin that is taken away: the repair is told once, and can be taken back', async () => {
  const world = deadWorld(gone('    monitor: { pin: [status] }\n'));
  expect(await world.told()).toEqual([
    ['a: tmux gone (was pane 9001, cmd claude). Left as it is: status is pinned.', 0],
  ]);
  expect(await world.told()).toEqual([]);
  world.write(gone());
  const dry = await pass(world.ports, 'dry-run', never);
  expect(
    dry.opened.map(({ edits }) => edits.length),
    'a dry run shows it as news',
  ).toEqual([3]);
  expect(await world.told()).toEqual([[marked, 3]]);
  expect(await world.told()).toEqual([]);
  expect(await world.undo()).toBe(`took back:\n   ${marked}`);
  expect(world.read()).toBe(gone());
});

test('a reader who hears of a repair only after its undo is not told that it was made', async () => {
  const world = deadWorld(gone());
  await world.pass();
  await world.undo();
  expect(await world.told()).toEqual([
    ['a: tmux gone (was pane 9001, cmd claude). Left as it is: its repair was undone.', 0],
  ]);
});

test('what is counted as found is found once', async () => {
  const world = deadWorld(gone());
  await world.told();
  await world.undo();
  world.write(gone('    note: mine\n'));
  await world.told();
  expect((await world.ports.log.ledger()).found.size).toBe(1);
});
