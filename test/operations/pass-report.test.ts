import { expect, test } from 'vitest';
import { reportPass } from '../../src/operations/pass-report.ts';
import { stdoutReader } from '../../src/tell/stdout.ts';
import { deadPids } from '../core/world.ts';
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
