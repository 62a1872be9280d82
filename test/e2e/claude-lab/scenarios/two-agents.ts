import { expect } from 'vitest';
import type { ClaudeWorld } from '../claude-world.ts';
import { ids, Looks, registryOf } from '../looks.ts';

/** Two agents in one folder, each cleared, and one that ends. */
export async function twoInOneFolder(world: ClaudeWorld): Promise<void> {
  const [one, two] = ['one-creator-claude', 'two-creator-claude'] as const;
  const looks = await Looks.begin(world, registryOf(world, one, two));
  const panes = [world.openShell(one), world.openShell(two)] as const;
  await Promise.all(panes.map((pane) => pane.start()));
  const first = [await panes[0].prompt('of one'), await panes[1].prompt('of two')] as const;
  const kinds = await looks.expectIds({ [one]: ids(first[0]), [two]: ids(first[1]) });
  expect(kinds).toEqual(['session-id-materialized', 'session-id-materialized']);
  const cleared = await panes[1].clear();
  expect(await looks.expectIds({ [one]: ids(first[0]), [two]: ids(cleared, first[1]) })).toEqual([
    'session-id-rotated',
  ]);
  const last = await panes[0].clear();
  const then = { [one]: ids(last, first[0]), [two]: ids(cleared, first[1]) };
  expect(await looks.expectIds(then)).toEqual(['session-id-rotated']);
  await Promise.all([panes[0].prompt('one again'), panes[1].prompt('two again')]);
  expect(await looks.expectIds(then)).toEqual([]);
  panes[1].killSession();
  expect((await looks.told('session-gone', two)).resume).toContain(`claude --resume ${cleared}`);
  expect(await looks.expectIds(then)).toEqual([]);
}
