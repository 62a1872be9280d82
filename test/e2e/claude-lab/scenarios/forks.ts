import { expect } from 'vitest';
import { until } from '../../agent-lab/until.ts';
import type { ClaudeWorld } from '../claude-world.ts';
import { ids, Looks, registryOf } from '../../agent-lab/looks.ts';

/** Copies of a conversation: `--fork-session` in another session, with and without an id, and `/fork` in the background. */
export async function forks(world: ClaudeWorld): Promise<void> {
  const [parent, child, named] = ['parent-creator-claude', 'child-creator-claude', 'named-creator-claude'] as const;
  const looks = await Looks.begin(world, registryOf(world, parent, child, named));
  const pane = world.openShell(parent);
  await pane.start();
  const original = await pane.prompt('hello');
  const fork = world.openShell(child);
  const other = world.openShell(named);
  const given = '4f8d9c1e-1111-4222-8333-9d2c5b7a6e10';
  await Promise.all([
    fork.start(`claude --resume ${original} --fork-session`),
    other.start(`claude --resume ${original} --fork-session --session-id ${given}`),
  ]);
  const before = { [parent]: ids(original), [child]: ids(null), [named]: ids(null) };
  expect(await looks.expectIds(before)).toEqual(['session-id-materialized']);
  if (world.claude.hasBackground) {
    await pane.type('/fork aside');
    await until('the fork', () => world.records().some(({ kind, status }) => kind === 'bg' && status === 'idle'));
    expect(await looks.expectIds(before)).toEqual([]);
  }

  const copy = await fork.prompt('in the copy');
  expect(await other.prompt('in the named copy')).toBe(given);
  const after = { [parent]: ids(original), [child]: ids(copy), [named]: ids(given) };
  expect(await looks.expectIds(after)).toEqual(['session-id-materialized', 'session-id-materialized']);
  await fork.killSession();
  expect((await looks.told('session-gone', child)).resume).toContain(`claude --resume ${copy}`);
  expect(await looks.expectIds(after)).toEqual([]);
}
