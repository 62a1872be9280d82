import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodexWorld, listens } from './agent-lab/codex.ts';
import { installed } from './agent-lab/installed.ts';
import { Looks, type Ids } from './agent-lab/looks.ts';
import { startModel, type ScriptedModel } from './agent-lab/model/model.ts';
import { until } from './agent-lab/until.ts';

const session = 'shop-creator-codex';
const limit = { timeout: 240_000 };
/** What Codex shows while its turn goes on. */
const atWork = /esc to interrupt/;
const holds = (current: string | null): Readonly<Record<string, Ids>> => ({
  [session]: { own: undefined, current, lineage: [] },
});

/** `npm run soak` names others. */
for (const codex of (process.env['CODEX_VERSIONS'] ?? 'pinned')
  .split(' ')
  .map((wanted) => installed('codex', wanted))) {
  describe(`Codex ${codex.version}`, () => {
    let model: ScriptedModel;
    beforeEach(async () => void (model = await startModel()));
    afterEach(() => model.close());

    async function inWorld(daemon: boolean, scenario: (world: CodexWorld) => Promise<void>): Promise<void> {
      const world = new CodexWorld(codex, model, { daemon });
      await scenario(world).finally(() => world.close());
    }

    test('its own lock proves what it runs, from its start to its end, and back again', limit, () =>
      inWorld(false, life),
    );
    test('where a daemon holds the locks, nothing but its arguments proves what a pane runs', limit, () =>
      inWorld(true, withDaemon),
    );
  });
}

async function life(world: CodexWorld): Promise<void> {
  const looks = await Looks.begin(world, 'sessions:\n');
  const pane = world.openShell(session);
  await pane.begin('codex', listens);
  expect(await looks.expectIds(holds(null))).toEqual(['session-unregistered']);
  await pane.type('hello');
  await pane.shows(/ok: hello/);
  const id = await world.conversation();
  expect(await looks.expectIds(holds(id))).toEqual(['session-id-materialized']);
  await until('what Codex says of its turn', () => {
    const said = world.reportOf(pane.pid() ?? 0);
    return said?.agent === 'codex' && said.event === 'agent-turn-complete' && !('id' in said);
  });

  await pane.type('[until life] think');
  await looks.expectState(session, 'working');
  await pane.shows(atWork);
  world.model.release('life');
  await looks.expectState(session, 'idle');
  await pane.type('[bash touch a-file]');
  await looks.expectState(session, 'waiting');
  await pane.shows(/Yes, proceed/);
  pane.press('y');
  await pane.shows(/done\./);

  // Until its turn is over it refuses `/new`.
  await until('the end of its turn', () => !atWork.test(pane.screen()));
  // It holds the locks of both then, and does not say which one is on the screen.
  await pane.type('/new');
  await until('the lock of the new conversation', () => world.locks().length === 2);
  const { message } = await looks.told('identity-ambiguous', session);
  for (const lock of world.locks()) expect(message).toContain(lock);
  await looks.expectIds(holds(id));

  await pane.exit('/quit');
  const exited = await looks.told('agent-exited', session);
  expect(exited.resume).toBe(`cd ${world.work} && codex resume ${id}`);
  await pane.begin(exited.resume ?? '', /ok: hello/);
  await looks.expectIds(holds(id));
  await looks.expectField(session, 'last_visible_status', 'auto-registered');

  await pane.killSession();
  const gone = await looks.told('session-gone', session);
  expect(gone.resume).toBe(exited.resume);
  const again = world.openShell(session, { cwd: world.home });
  await again.begin(gone.resume ?? '', /ok: hello/);
  await looks.told('session-revived', session);
  await again.type('after the death');
  await again.shows(/ok: after the death/);
  await looks.expectIds(holds(id));
  expect(world.conversationsWith('after the death')).toEqual([id]);

  await again.exit('/quit');
  await again.begin('codex', listens);
  await again.type('once more');
  await again.shows(/ok: once more/);
  const [next = ''] = world.conversationsWith('ok: once more');
  await looks.expectIds({ [session]: { own: undefined, current: next, lineage: [id] } });
}

async function withDaemon(world: CodexWorld): Promise<void> {
  const looks = await Looks.begin(world, 'sessions:\n', 'seldom');
  const pane = world.openShell(session);
  await pane.begin('codex', listens);
  await pane.type('hello');
  await pane.shows(/ok: hello/);
  expect(await looks.expectIds(holds(null))).toEqual(['session-unregistered']);
  // The daemon reports the turn; it was started by this Codex, but works for every one.
  expect(world.reportOf(pane.pid() ?? 0)).toBeNull();
  const { stdout } = await world.run(['explain', session]);
  expect(stdout).toContain('daemon_auto_start = false');
  const doctor = await world.run(['doctor']);
  expect(doctor.stdout).toMatch(/Codex: 1 running, and nothing proves .* daemon_auto_start = false/);
  await pane.killSession();
  expect((await looks.told('session-gone', session)).message).toMatch(/may go on in Codex' daemon \(pid \d+\)/);

  const id = await world.conversation();
  const again = world.openShell(session);
  await again.begin(`codex resume ${id}`, /ok: hello/);
  await looks.told('session-revived', session);
  await looks.expectIds(holds(id));
  await again.killSession();
  const { message, resume } = await looks.told('session-gone', session);
  expect(resume).toBeUndefined();
  expect(message).toContain(`Its conversation goes on in the background; attach with: codex resume ${id}`);
}
