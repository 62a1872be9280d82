import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HermesWorld } from './hermes-world.ts';
import { isAlive, kill, until } from './private-world.ts';
import { soakTest } from './soak.ts';
import { endsTurn, startModel, waits, waitTool } from './scripted-model.ts';

let world: HermesWorld;
beforeEach(() => {
  world = new HermesWorld();
});
afterEach(() => world.close());

async function ourDispatch(...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await world.run(['dispatch', ...words]);
  expect(stderr).toBe('');
  return stdout.split('\n')[0] ?? '';
}

const registered = 'shop-creator-claude: tmux found but not in YAML. Auto-registered.';
const found = 'found in this run: 1 drift (1 session-unregistered).';

test('Hermes ends the run, for its turns are used up: the last comment says why, and what was found', async () => {
  await startModel(world, waits(1, [endsTurn('turn ends soon')]));
  world.file('hermes-home/.env', 'HERMES_KANBAN_STOP_NUDGE=0\n');
  // Turns are short: the MCP server ends them before Hermes' own limit, which would be another end.
  appendFileSync(join(world.hermesHome, 'config.yaml'), 'agent: { max_turns: 9 }\n');
  expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
  await world.openSession('shop-creator-claude');
  const skill = ['--goal', '--goal-max-turns', '2', '--skill', 'agent-sessions-monitor', '--max-retries', '1'];
  const words = ['create', 'watch', '--assignee', 'default', ...skill, '--body', 'watch', '--json'];
  const card: string = JSON.parse(world.kanban(...words)).id;
  const worker = await world.dispatched(card);
  await until('the end of the worker', () => !isAlive(worker), 90_000);
  await until('the last words', () => world.bodies(card).at(-1)?.includes('Ended: '), 90_000);
  expect(world.bodies(card)).toEqual([
    registered,
    expect.stringMatching(
      /^`Ended: the card was blocked: Goal-mode worker exhausted its turn budget \(2\/2\)[^]*\. In all: /,
    ),
  ]);
  expect(world.bodies(card).at(-1)).toContain(found);
}, 240_000);

soakTest(
  'a model that completes its card, against its skill, and a worker that dies: both ends have their words',
  async () => {
    // Once in all, in the first wait after the one that told the news: the card has them by then.
    const isTold = { after_tool: waitTool, any_matches: 'Auto-registered', last_matches: 'no drift' };
    const act = { times: 1, when: isTold, do: { call: 'kanban_complete', args: { summary: 'all is well' } } };
    const bye = { when: { after_tool: 'kanban_complete' }, do: { say: 'bye' } };
    const rules = waits(2, [act, bye]);
    await startModel(world, { ...rules, judge: [{ verdict: 'done', reason: 'fine' }] });
    world.file('hermes-home/.env', 'HERMES_KANBAN_STOP_NUDGE=0\n');
    // Without this a dispatcher leaves workers alone that are younger than half a minute.
    world.env = { ...world.env, HERMES_KANBAN_CRASH_GRACE_SECONDS: '0' };
    expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
    await world.openSession('shop-creator-claude');
    const completed = await ourDispatch();
    const completing = await world.dispatched(completed);
    await until('the end of the worker', () => !isAlive(completing), 90_000);
    await until('the last words', () => world.bodies(completed).at(-1)?.includes('Ended: '), 90_000);
    expect(world.bodies(completed)).toEqual([registered, `Ended: the card is done. In all: ${found}`]);

    const died = await ourDispatch();
    const worker = await world.dispatched(died);
    await world.openSession('blog-creator-claude');
    await until('the news', () => world.bodies(died).length > 0);
    kill(worker, 'SIGKILL');
    await until('the end of the worker', () => !isAlive(worker));
    world.kanban('dispatch', '--json');
    await until('the last words', () => world.bodies(died).at(-1)?.includes('Ended: '), 90_000);
    expect(world.bodies(died)).toEqual([
      registered.replace('shop', 'blog'),
      expect.stringMatching(/^Ended: the card was blocked: pid \d+ not alive\. In all: found in this run: 1 drift/),
    ]);
  },
  240_000,
);

soakTest(
  'the time that the card may run is over soon: the run ends itself, with a word, before Hermes ends it',
  async () => {
    await startModel(world, waits(5));
    expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
    await world.openSession('shop-creator-claude');
    const card = await ourDispatch('--max-runtime', '40s');
    const worker = await world.dispatched(card);
    await until('the end of the run', () => world.show(card).task.status === 'blocked', 150_000);
    expect(world.bodies(card)).toEqual([
      registered,
      expect.stringMatching(/^Ended: its time was over at .*Z\. In all: found in this run: 1 drift/),
      // The judge of this test never calls it done.
      'BLOCKED: it ended, and its judge does not call it done: see the last comment',
    ]);
    await until('the end of the worker', () => !isAlive(worker));
    world.kanban('dispatch', '--json');
    expect(world.kinds(card).filter((kind) => /timed_out|gave_up|reclaimed|crashed/.test(kind))).toEqual([]);
  },
  240_000,
);
