import { expect } from 'vitest';
import { until } from '../../agent-lab/until.ts';
import type { ClaudeWorld } from '../claude-world.ts';
import { ids, Looks, registryOf } from '../../agent-lab/looks.ts';

/** `claude -p` in the session's folder: by a script, and by the agent itself. */
export async function headless(world: ClaudeWorld): Promise<void> {
  const session = 'headless-creator-claude';
  const looks = await Looks.begin(world, registryOf(world, session));
  const pane = world.openShell(session);
  await pane.start();
  await world.headless('before the first prompt');
  expect(await looks.expectIds({ [session]: ids(null) })).toEqual([]);
  const own = await pane.prompt('hello');
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual(['session-id-materialized']);
  const unmoved = async (): Promise<void> => expect(await looks.expectIds({ [session]: ids(own) })).toEqual([]);

  await world.headless('by a script');
  await unmoved();
  const slow = world.headless('[until script] by a slow script');
  await until('its record', () => world.records().length > 1);
  await unmoved();
  world.model.release('script');
  await slow;
  await unmoved();

  await pane.type(`[bash claude -p nested; claude -p '[until nested] held']`);
  await world.answered('nested');
  await until('the record of the second', () => world.records().length > 1);
  await unmoved();
  world.model.release('nested');
  await pane.idle();
  await unmoved();
  await pane.killSession();
  expect((await looks.told('session-gone', session)).resume).toContain(`claude --resume ${own}`);
}

/** Interactive Claudes of other terminals in the session's folder, while they are there and after. */
export async function visitors(world: ClaudeWorld): Promise<void> {
  const session = 'visited-creator-claude';
  const looks = await Looks.begin(world, registryOf(world, session));
  const { own, pane } = await conversationIn(world, session);
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual(['session-id-materialized']);
  const leave = await visit(world, session);
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual([]);
  await leave();
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual([]);
  expect(await pane.prompt('still here')).toBe(own);
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual([]);
}

/** The same visitors, come and gone between two looks; then the session ends. */
export async function visitorsUnseen(world: ClaudeWorld): Promise<void> {
  const session = 'unseen-creator-claude';
  const looks = await Looks.begin(world, registryOf(world, session), 'seldom');
  const { own, pane } = await conversationIn(world, session);
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual(['session-id-materialized']);
  const leave = await visit(world, session);
  await leave();
  expect(await looks.expectIds({ [session]: ids(own) })).toEqual([]);
  const again = await visit(world, session);
  await again();
  await pane.killSession();
  expect((await looks.told('session-gone', session)).resume).toContain(`claude --resume ${own}`);
}

async function conversationIn(world: ClaudeWorld, session: string) {
  const pane = world.openShell(session);
  await pane.start();
  return { pane, own: await pane.prompt('hello') };
}

let visits = 0;

/** Starts a Claude at each kind of other terminal and waits until each has a conversation. @returns what ends them. */
async function visit(world: ClaudeWorld, session: string): Promise<() => Promise<void>> {
  visits += 1;
  const said = (where: string): string => `visitor ${visits} ${where}`;
  const otherRoot = world.configRoot('other-root');
  const outside = world.startOutsideTmux([said('outside')]);
  const rooted = world.startOutsideTmux([said('rooted')], { CLAUDE_CONFIG_DIR: otherRoot });
  const panes = [
    { pane: world.openShell('a-visitor', { socket: 'other' }), where: 'elsewhere' },
    { pane: world.splitShell(session), where: 'beside' },
  ];
  await Promise.all([
    ...panes.map(({ pane, where }) => pane.start(`claude '${said(where)}'`)),
    ...['outside', 'elsewhere', 'beside'].map((where) => world.answered(said(where))),
    world.answered(said('rooted'), otherRoot),
  ]);
  return async () => {
    await Promise.all([outside.end(), rooted.end(), ...panes.map(({ pane }) => pane.exit())]);
    for (const { pane } of panes) pane.close();
  };
}

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
  await panes[1].killSession();
  expect((await looks.told('session-gone', two)).resume).toContain(`claude --resume ${cleared}`);
  expect(await looks.expectIds(then)).toEqual([]);
}
