import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../random.ts';
import { PrivateWorld } from '../private-world.ts';
import { Killer } from './killer.ts';
import { keptEntry } from './sessions.ts';
import { endsAlone, leavesNothing, litter, logOf } from './traces.ts';
import { Writers } from './writers.ts';

const named = /^ {4}delegate_job_id: (\S+)\n/gm;

const ended = (name: string): string =>
  `  ${name}-creator-claude: # by hand\n    agent: claude\n    status: terminated\n`;

/**
 * Kills submits of jobs, while a script edits the registry. Then no entry may name a missing job, no job may be there
 * that no entry names, and the log must hold each once.
 */
export async function submitRounds(kills: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const random = new Random(seed);
  const killer = new Killer(world, random);
  const writers = new Writers(world, killer.gate, random);
  try {
    const names = Array.from({ length: Math.ceil(kills * 1.5) + 8 }, (_, number) => `s${number}`);
    world.writeRegistry(`sessions:\n${names.map(ended).join('')}${keptEntry}`, 60);
    expect((await world.reconcile()).code).toBe(0);
    const before = world.readRegistry();
    const jobs = join(world.home, '.local/state/delegate-job/jobs');
    const wordsOf = (name: string) => ['jobs', 'submit', '--session', `${name}-creator-claude`, '--prompt', 'paint'];
    const ids = (): readonly string[] => [...world.readRegistry().matchAll(named)].map(([, id = '']) => id);

    const [first = '', ...others] = names;
    const length = await killer.measure(wordsOf(first));
    for (const name of others) {
      if (killer.kills === kills) break;
      const known = ids();
      const { running, point, ended: over } = killer.strike(wordsOf(name), length);
      const [code] = await Promise.all([over, writers.write(length.ms)]);
      const round = `${name} (${point})`;
      const { text, faults } = writers.without(world.readRegistry());
      expect({ faults, text: text.replaceAll(named, '') }, round).toEqual({ faults: [], text: before });
      const files = readdirSync(jobs);
      for (const id of ids()) expect(files, round).toContain(`${id}.json`);
      await endsAlone(running.pid);
      const isDone = ids().length > known.length;
      if (code !== null) expect({ code, isDone }, `${round}: ${running.stderr()}`).toEqual({ code: 0, isDone: true });
      expect(await killer.run(['reconcile']), round).toMatchObject({ code: 0, stderr: '' });
      const again = await killer.run(wordsOf(name));
      expect(again.code, `${round}: ${again.stderr}`).toBe(isDone ? 2 : 0);
      expect(readdirSync(jobs).toSorted(), round).toEqual(
        ids()
          .map((id) => `${id}.json`)
          .toSorted(),
      );
      expect(litter(world), round).toEqual([]);
    }
    await leavesNothing(world, () => killer.run(['reconcile']));
    expect(killer.kills).toBe(kills);
    const logged = logOf(world)
      .read()
      .flatMap((event) => (event.kind === 'intended' && event.submitted !== undefined ? [event] : []));
    const applied = new Set(
      logOf(world)
        .read()
        .flatMap((event) => (event.kind === 'applied' ? [event.of] : [])),
    );
    const done = logged.filter(({ event }) => applied.has(event)).map(({ submitted }) => submitted?.job);
    expect(done.toSorted()).toEqual(ids().toSorted());
  } finally {
    writers.end();
    await world.close();
  }
}
