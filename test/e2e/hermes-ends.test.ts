import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HermesWorld } from './hermes-world.ts';
import { isAlive, kill, until } from './private-world.ts';
import { endsTurn, startModel, waits } from './scripted-model.ts';

let world: HermesWorld;
let workers: number[];
beforeEach(() => {
  world = new HermesWorld('0.19.0');
  workers = [];
});
afterEach(async () => {
  for (const pid of workers) kill(pid, 'SIGKILL');
  await world.close();
});

/** Dispatches the card. @returns its worker's pid. */
async function dispatched(card: string): Promise<number> {
  world.kanban('dispatch', '--json');
  const spawned = () => world.show(card).events.findLast(({ kind }: { kind: string }) => kind === 'spawned');
  const worker: number = await until('the worker', () => spawned()?.payload.pid, 60_000);
  workers.push(worker);
  return worker;
}

const registered = 'shop-creator-claude: tmux found but not in YAML. Auto-registered.';
const found = 'found in this run: 1 drift (1 session-unregistered).';

test('Hermes ends the run, for its turns are used up: the last comment says why, and what was found', async () => {
  await startModel(world, waits(1, [endsTurn('turn ends soon')]));
  world.file('hermes-home/.env', 'HERMES_KANBAN_STOP_NUDGE=0\n');
  // Short turns: our server ends them before they are used up inside, which would be another end.
  appendFileSync(join(world.hermesHome, 'config.yaml'), 'agent: { max_turns: 9 }\n');
  expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
  await world.openSession('shop-creator-claude');
  const skill = ['--goal', '--goal-max-turns', '2', '--skill', 'agent-sessions-monitor', '--max-retries', '1'];
  const words = ['create', 'watch', '--assignee', 'default', ...skill, '--body', 'watch', '--json'];
  const card: string = JSON.parse(world.kanban(...words)).id;
  const worker = await dispatched(card);
  await until('the end of the worker', () => !isAlive(worker), 90_000);
  await until('the last words', () => world.bodies(card).at(-1)?.includes('Ended: '), 30_000);
  expect(world.bodies(card)).toEqual([
    registered,
    expect.stringMatching(
      /^`Ended: the card was blocked: Goal-mode worker exhausted its turn budget \(2\/2\)[^]*\. In all: /,
    ),
  ]);
  expect(world.bodies(card).at(-1)).toContain(found);
}, 150_000);

test('the time that the card may run is over soon: the run ends itself, with a word, before Hermes ends it', async () => {
  await startModel(world, waits(5));
  expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
  await world.openSession('shop-creator-claude');
  const made = await world.run(['dispatch', '--max-runtime', '40s']);
  const card = made.stdout.split('\n')[0] ?? '';
  const worker = await dispatched(card);
  await until('the end of the run', () => world.show(card).task.status === 'blocked', 60_000);
  expect(world.bodies(card)).toEqual([
    registered,
    expect.stringMatching(/^Ended: its time was over at .*Z\. In all: found in this run: 1 drift/),
    // This judge never calls it done.
    'BLOCKED: it ended, and its judge does not call it done: see the last comment',
  ]);
  await until('the end of the worker', () => !isAlive(worker), 60_000);
  world.kanban('dispatch', '--json');
  expect(world.kinds(card).filter((kind) => /timed_out|gave_up|reclaimed|crashed/.test(kind))).toEqual([]);
}, 150_000);
