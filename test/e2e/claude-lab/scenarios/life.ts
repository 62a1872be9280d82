import { expect } from 'vitest';
import type { ClaudeWorld } from '../claude-world.ts';
import { ids, type Ids, Looks, registryOf } from '../../agent-lab/looks.ts';

const session = 'life-creator-claude';
const back = 'back-creator-claude';
/** The registry found this session by itself: it has the one id field. */
const only = (own: string | null, ...lineage: readonly string[]) => ({
  [session]: { own, current: undefined, lineage } satisfies Ids,
});

/** One session from its start to its end and back again, with a look after each step. */
export async function life(world: ClaudeWorld): Promise<void> {
  const looks = await Looks.begin(world, 'sessions:\n');
  const pane = world.openShell(session);
  await pane.start();
  expect(await looks.expectIds(only(null))).toEqual(['session-unregistered']);
  const first = await pane.prompt('hello');
  expect(await looks.expectIds(only(first))).toEqual(['session-id-materialized']);

  await pane.type('[until life] think');
  await pane.is('busy');
  expect(await looks.status(session)).toMatchObject({ liveness: 'alive', state: 'working', id: first });
  world.model.release('life');
  await pane.idle();
  expect(await looks.status(session)).toMatchObject({ liveness: 'alive', state: 'idle', id: first });
  await pane.type('[bash touch a-file]');
  await pane.is('waiting');
  expect(await looks.status(session)).toMatchObject({
    liveness: 'alive',
    activity: 'waiting',
    waiting_for: 'permission prompt',
    id: first,
  });
  await pane.accept(/Do you want to proceed/);
  await pane.idle();

  const second = await pane.branch();
  expect(await looks.expectIds(only(second, first))).toEqual(['session-id-rotated']);
  expect(await pane.prompt('on the branch')).toBe(second);
  expect(await looks.expectIds(only(second, first))).toEqual([]);
  // A record that goes stale tells by its time alone that another conversation goes on.
  if (!world.claude.followsClear) await world.rests(second);
  const third = await pane.clear();
  // It still names the second: nothing is said before the new one has an answer.
  if (world.claude.followsClear) {
    expect(await looks.expectIds(only(third, second, first))).toEqual(['session-id-rotated']);
  }
  expect(await pane.prompt('after the clear')).toBe(third);
  await looks.expectIds(only(third, second, first));
  const fourth = await pane.branch();
  const then = only(fourth, third, second, first);
  expect(await looks.expectIds(then)).toEqual(['session-id-rotated']);

  await pane.exit();
  const { resume = '' } = await looks.told('agent-exited', session);
  expect(resume).toContain(`claude --resume ${fourth}`);
  await looks.expectField(session, 'last_visible_status', 'agent-exited');
  await pane.start(resume);
  expect(await pane.prompt('after the exit')).toBe(fourth);
  await looks.expectIds(then);
  await looks.expectField(session, 'last_visible_status', 'auto-registered');

  await pane.killSession();
  const gone = await looks.told('session-gone', session);
  expect(gone.resume).toBe(resume);
  await looks.expectField(session, 'status', 'terminated');
  const again = world.openShell(session, { cwd: world.home });
  await again.start(gone.resume);
  await looks.told('session-revived', session);
  await looks.expectField(session, 'status', 'running');
  expect(await again.prompt('after the death')).toBe(fourth);
  expect(await looks.expectIds(then)).toEqual([]);
}

/** `/clear`, a prompt, and back to the first conversation, with a look after each step. */
export async function thereAndBack(world: ClaudeWorld): Promise<void> {
  const looks = await Looks.begin(world, registryOf(world, back));
  const pane = world.openShell(back);
  await pane.start();
  const first = await pane.prompt('hello');
  expect(await looks.expectIds({ [back]: ids(first) })).toEqual(['session-id-materialized']);
  const second = await pane.clear();
  expect(await looks.expectIds({ [back]: ids(second, first) })).toEqual(['session-id-rotated']);
  expect(await pane.prompt('after the clear')).toBe(second);
  await pane.resume(first);
  expect(await looks.expectIds({ [back]: ids(first, second) })).toEqual(['session-id-rotated']);
  expect(await pane.prompt('in the first again')).toBe(first);
  expect(await looks.expectIds({ [back]: ids(first, second) })).toEqual([]);
  const third = await pane.branch();
  expect(await looks.expectIds({ [back]: ids(third, first, second) })).toEqual(['session-id-rotated']);
}

/** The same between two looks, by the picker of `/resume`. */
export async function thereAndBackUnseen(world: ClaudeWorld): Promise<void> {
  const looks = await Looks.begin(world, registryOf(world, back), 'seldom');
  const pane = world.openShell(back);
  await pane.start();
  const first = await pane.prompt('hello');
  expect(await looks.expectIds({ [back]: ids(first) })).toEqual(['session-id-materialized']);
  const second = await pane.clear();
  expect(await pane.prompt('after the clear')).toBe(second);
  await pane.type('/resume');
  await pane.accept(/Resume [Ss]ession/);
  await pane.moved(first);
  expect(await looks.expectIds({ [back]: ids(first) })).toEqual([]);
  await pane.killSession();
  expect((await looks.told('session-gone', back)).resume).toContain(`claude --resume ${first}`);
}
