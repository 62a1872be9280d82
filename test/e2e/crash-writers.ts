import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { litter, moment, randomNumbers } from './crash-scenario.ts';
import { PrivateWorld, until, type Running } from './private-world.ts';

const entry = (name: string): string =>
  `  ${name}-creator-claude: # by hand\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n`;

/** From the start of the program to some time after its end; ms. */
const wholeRun = 400;
/** From the intent to some time after the end; ms. */
const wholeWrite = 60;

/** Kills the writer with SIGKILL: in every other round at any moment of its run, in the others after its intent. */
async function killSomewhere(world: PrivateWorld, ours: Running, round: number, at: number): Promise<void> {
  const before = world.logged('intended');
  if (round % 2 === 0) await moment(at * wholeRun);
  else {
    const isOver = (): boolean => ours.child.exitCode !== null;
    await until('the intent', () => isOver() || world.logged('intended') > before, 60_000, 2);
    await moment(at * wholeWrite);
  }
  await ours.end('SIGKILL');
}

/**
 * Kills an `undo` with SIGKILL at a random moment, round by round. Then the file must say either all of it or nothing,
 * the log must say the same, and the next pass must turn nothing back.
 */
export async function undoRounds(rounds: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const random = randomNumbers(seed);
  try {
    const names = Array.from({ length: rounds }, (_, number) => `s${number}`);
    const other = 'sessions:\n  keep:\n    agent: claude\n    status: paused # mine\n';
    const running = `${other}${names.map(entry).join('')}`;
    world.writeRegistry(other, 30);
    const repairs = await repairEach(world, names);
    const isUndone = (name: string): boolean => world.readRegistry().includes(entry(name));
    let done = 0;
    for (const [round, name] of names.entries()) {
      const id = repairs.get(`${name}-creator-claude`) ?? '';
      await killSomewhere(world, world.start(['undo', id]), round, random());
      const after = world.readRegistry();
      expect(wholeText(after), `round ${round}: old or new, never between`).toBe(running);
      if (isUndone(name)) done += 1;
      expect((await world.reconcile()).code).toBe(0);
      expect(world.readRegistry(), `round ${round}: what was undone stays so`).toBe(after);
      if (!isUndone(name)) expect(await world.run(['undo', id])).toMatchObject({ code: 0, stderr: '' });
      else expect((await world.run(['undo', id])).stderr).toContain('that repair was taken back before');
    }
    expect(done, 'some were done when the kill came').toBeGreaterThan(0);
    expect(world.readRegistry()).toBe(running);
    expect((await world.reconcile()).document.registry.written).toBe(false);
    const taken = (await rows(world)).filter(({ what }) => what === 'undone').map(({ sessions }) => sessions.join());
    expect(taken.toSorted()).toEqual(names.map((name) => `${name}-creator-claude`).toSorted());
    expect(litter(world)).toEqual([]);
  } finally {
    await world.close();
  }
}

/**
 * Adds dead entries, one a pass, so that each death is a repair of its own.
 * @returns drift ids by session
 */
async function repairEach(world: PrivateWorld, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  for (const name of names) {
    world.writeRegistry(world.readRegistry() + entry(name), 30);
    expect((await world.reconcile()).code).toBe(0);
  }
  const deaths = (await rows(world)).filter(({ kind }) => kind === 'session-gone');
  expect(deaths).toHaveLength(names.length);
  return new Map(deaths.map(({ sessions, drift }) => [sessions[0] ?? '', drift ?? '']));
}

/** Kills a `jobs submit` likewise: no entry may name a missing job, and the log must hold each named job once. */
export async function submitRounds(rounds: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const random = randomNumbers(seed);
  try {
    const names = Array.from({ length: rounds }, (_, number) => `s${number}`);
    for (const name of names) await world.openSession(`${name}-creator-claude`);
    await world.reconcile();
    const before = world.readRegistry();
    const jobs = join(world.home, '.local/state/delegate-job/jobs');
    const submitted: string[] = [];
    for (const [round, name] of names.entries()) {
      const words = ['jobs', 'submit', '--session', `${name}-creator-claude`, '--prompt', 'paint'];
      await killSomewhere(world, world.start(words), round, random());
      const named = [...world.readRegistry().matchAll(/^ {4}delegate_job_id: (\S+)\n/gm)].map(([, id = '']) => id);
      expect(world.readRegistry().replaceAll(/^ {4}delegate_job_id: .*\n/gm, ''), `round ${round}`).toBe(before);
      for (const id of named) expect(existsSync(join(jobs, `${id}.json`)), `round ${round}: ${id}`).toBe(true);
      submitted.splice(0, submitted.length, ...named);
      expect((await world.reconcile()).code).toBe(0);
    }
    expect(submitted.length, 'some were done when the kill came').toBeGreaterThan(0);
    const logged = (await rows(world)).filter(({ what }) => what === 'job').map(({ message }) => message);
    expect(logged).toHaveLength(submitted.length);
    for (const id of submitted) expect(logged.filter((message) => message.includes(id))).toHaveLength(1);
    expect(readdirSync(jobs).filter((name) => !/^[\w-]+\.json$/.test(name))).toEqual([]);
    expect(litter(world)).toEqual([]);
  } finally {
    await world.close();
  }
}

/** Returns the text as it was before any entry was marked terminated, if it was marked whole. */
function wholeText(text: string): string {
  return text.replaceAll(
    /^( {4}status: )terminated(\n {4}pane: .*\n) {4}terminated_at: \S+\n {4}termination_mode: auto-detected\n/gm,
    '$1running$2',
  );
}

interface Row {
  readonly what: string;
  readonly kind: string | null;
  readonly drift: string | null;
  readonly sessions: readonly string[];
  readonly message: string;
}

async function rows(world: PrivateWorld): Promise<readonly Row[]> {
  const { stdout } = await world.run(['history', '--json']);
  return JSON.parse(stdout).events;
}
