import { describe, expect, test } from 'vitest';
import { installed } from './agent-lab/installed.ts';
import { Looks, type Ids } from './agent-lab/looks.ts';
import { startModel } from './agent-lab/model/model.ts';
import { OpencodeWorld } from './agent-lab/opencode.ts';

const session = 'shop-creator-opencode';
const holds = (current: string | null): Readonly<Record<string, Ids>> => ({
  [session]: { own: undefined, current, lineage: [] },
});

/** `npm run soak` names others. */
for (const wanted of (process.env['OPENCODE_VERSIONS'] ?? 'pinned').split(' ')) {
  const opencode = installed('opencode', wanted);
  describe(`opencode ${opencode.version}`, () => {
    test('its arguments alone prove what it runs', { timeout: 240_000 }, async () => {
      const model = await startModel();
      const world = new OpencodeWorld(opencode, model);
      await argumentsAlone(world)
        .finally(() => world.close())
        .finally(() => model.close());
    });
  });
}

async function argumentsAlone(world: OpencodeWorld): Promise<void> {
  const looks = await Looks.begin(world, 'sessions:\n', 'seldom');
  const pane = world.openShell(session);
  await pane.begin('opencode', /Ask anything/);
  await pane.type('hello');
  await pane.shows(/ok: hello/);
  expect(await looks.expectIds(holds(null))).toEqual(['session-unregistered']);
  expect((await world.run(['explain', session])).stdout).toContain('start it with opencode -s');

  await pane.exit();
  const id = await pane.says(/opencode -s (ses_\w+)/);
  expect(await looks.told('agent-exited', session)).not.toHaveProperty('resume');
  await pane.begin(`opencode -s ${id}`, /hello/);
  expect(await looks.expectIds(holds(id))).toContain('session-id-materialized');
  expect(await looks.status(session)).toMatchObject({ liveness: 'alive', state: 'alive', id });

  await pane.killSession();
  const { resume = '' } = await looks.told('session-gone', session);
  expect(resume).toBe(`cd ${world.work} && opencode -s ${id}`);
  const again = world.openShell(session);
  await again.begin(resume, /hello/);
  await looks.told('session-revived', session);
  expect(await looks.expectIds(holds(id))).toEqual([]);
}
