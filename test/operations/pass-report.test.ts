import { expect, test } from 'vitest';
import { emptyMemory } from '../../src/core/model/memory.ts';
import { passReporter, reportPass } from '../../src/operations/pass-report.ts';
import { stdoutReader } from '../../src/tell/stdout.ts';
import { deadPids, defaultSocket, hung, listed, now } from '../core/world.ts';
import { never } from '../never.ts';
import { passWorld } from '../pass/pass-world.ts';

const gone = (more = ''): string =>
  `sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n${more}`;

function deadWorld(text: string) {
  const world = passWorld(text);
  world.kept.observation = { panes: deadPids(9001) };
  const dryRun = async () => {
    const { document } = await reportPass(
      world.ports,
      stdoutReader(world.ports.log),
      { mode: 'dry-run', adopt: null },
      never,
    );
    return document.drifts.map(({ message, edits }) => [message, edits.length]);
  };
  return { ...world, dryRun };
}

test('a dry run does not say of what a monitor wrote before that it would be written', async () => {
  const world = deadWorld(gone());
  expect(await world.dryRun()).toEqual([['a: tmux gone (was pane 9001, cmd claude). Would be marked terminated.', 3]]);
  await world.pass();
  expect(await world.dryRun()).toEqual([['a: tmux gone (was pane 9001, cmd claude). Marked terminated.', 3]]);
});

test('a dry run shows a repair that would be made now, though it was held back when it was logged', async () => {
  const world = deadWorld(gone('    monitor: { pin: [status] }\n'));
  await world.pass();
  world.write(gone());
  expect(await world.dryRun()).toEqual([['a: tmux gone (was pane 9001, cmd claude). Would be marked terminated.', 3]]);
});

test('a process that only looks knows since when it has seen a source blind', async () => {
  const world = passWorld(gone());
  const report = passReporter(world.ports, never);
  const lookAt = async (minutes: number, isBlind: boolean): Promise<readonly string[]> => {
    world.clock.now = now + minutes * 60_000;
    const sockets = new Map([[defaultSocket, isBlind ? hung : listed([])]]);
    world.kept.observation = { sockets, panes: deadPids(9001) };
    const { document } = await report(stdoutReader(world.ports.log), { mode: 'dry-run', adopt: null });
    return document.blind.map(({ since }) => since);
  };
  const minute = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
  expect(await lookAt(0, true)).toEqual([minute(0)]);
  expect(await lookAt(50, true)).toEqual([minute(0)]);
  expect(await lookAt(100, true)).toEqual([minute(0)]);
  expect(await lookAt(101, false)).toEqual([]);
  expect(await lookAt(102, true)).toEqual([minute(102)]);
  // Another process began to look later.
  world.kept.look = {
    ...emptyMemory,
    blind: { [`tmux:${defaultSocket}`]: { since: now + 6_180_000, seen: now + 6_180_000 } },
  };
  expect(await lookAt(104, true)).toEqual([minute(102)]);
  expect(Object.keys(world.kept.look.blind)).toHaveLength(1);
});
