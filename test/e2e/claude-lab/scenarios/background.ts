import { expect } from 'vitest';
import { until } from '../../agent-lab/until.ts';
import type { ClaudeWorld } from '../claude-world.ts';
import { ids, Looks, registryOf } from '../../agent-lab/looks.ts';

const session = 'parked-creator-claude';

/** A conversation that moves to the background, is worked there, and is attached to again. */
export async function background(world: ClaudeWorld): Promise<void> {
  const looks = await Looks.begin(world, registryOf(world, session));
  const pane = world.openShell(session);
  await pane.start();
  const first = await pane.prompt('hello');
  expect(await looks.expectIds({ [session]: ids(first) })).toEqual(['session-id-materialized']);
  const unmoved = async (): Promise<void> => expect(await looks.expectIds({ [session]: ids(first) })).toEqual([]);

  // Another one, begun in the same folder.
  await world.startOther('claude', ['--bg', 'a task of its own'], { cwd: world.work }).exited;
  await world.answered('a task of its own');
  await unmoved();

  pane.press('Left');
  const job = await until('the job', () => pane.record()?.parkedJobId);
  const parked = () => world.records().find(({ jobId }) => jobId === job);
  await until('the background session', () => parked()?.status === 'idle');
  await unmoved();
  await pane.accept(/describe a task/);
  await pane.shows(/^.*manual mode on.*for agents/m);
  await pane.type('[bash touch a-file]');
  await until('it to ask', () => parked()?.status === 'waiting');
  await unmoved();
  expect(await looks.status(session)).toMatchObject({ activity: 'waiting', waiting_for: 'permission prompt' });
  await pane.accept(/Do you want to proceed/);
  await until('it to be idle', () => parked()?.status === 'idle');

  await pane.killSession();
  const gone = await looks.told('session-gone', session);
  expect(`${gone.message} ${gone.resume}`).toContain(`claude attach ${job}`);
  expect(`${gone.message} ${gone.resume}`).not.toContain(`claude --resume ${first}`);
  const again = world.openShell(session);
  await again.type(`claude attach ${job}`);
  await again.shows(/ok: hello/);
  await looks.told('session-revived', session);
  await unmoved();
}
