import { expect } from 'vitest';
import { Random } from '../../random.ts';
import { PrivateWorld } from '../private-world.ts';
import { Killer } from './killer.ts';
import { openAll, withoutTerminations } from './sessions.ts';
import { endsAlone, leavesNothing, litter, logOf } from './traces.ts';
import { Writers } from './writers.ts';

const words = ['reconcile', '--emit-diff'];

/**
 * Kills passes that have a death to write, while a script edits the registry. Then the file must be the old text or the
 * new one with each edit in it, and the next pass must write, log and answer each death once.
 */
export async function passRounds(kills: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const random = new Random(seed);
  const killer = new Killer(world, random);
  const writers = new Writers(world, killer.gate, random);
  try {
    const sessions = Array.from({ length: Math.ceil(kills * 1.5) + 8 }, (_, number) => `s${number}-creator-claude`);
    openAll(world, [...sessions, 'last-creator-claude']);
    world.writeRegistry('sessions:\n  keep:\n    agent: claude\n    status: paused # mine\n', 60);
    expect((await world.reconcile()).code).toBe(0);
    const running = world.readRegistry();
    const dead: string[] = [];
    const dies = (): void => {
      const session = sessions[dead.length];
      if (session === undefined) throw new Error(`${sessions.length} passes, and only ${killer.kills} kills`);
      world.tmux(['kill-session', '-t', `=${session}`]);
      dead.push(session);
    };

    dies();
    const length = await killer.measure(words);
    while (killer.kills < kills) {
      dies();
      const { running: pass, point, ended } = killer.strike(words, length);
      await Promise.all([ended, writers.write(length.ms)]);
      const round = `${dead.length} (${point})`;
      const { text, faults } = writers.without(world.readRegistry());
      expect({ faults, text: withoutTerminations(text, dead) }, round).toEqual({ faults: [], text: running });
      await endsAlone(pass.pid);
      const healed = await killer.run(words);
      expect({ code: healed.code, stderr: healed.stderr }, round).toEqual({ code: 0, stderr: '' });
      expect(world.readRegistry().match(/status: terminated/g), round).toHaveLength(dead.length);
      expect(litter(world), round).toEqual([]);
    }
    await leavesNothing(world, () => killer.run(words));
    expect(JSON.parse((await killer.run(words)).stdout)).toMatchObject({ drifts: [], standing: [] });
    const lives = logOf(world).lives();
    const gone = lives.flatMap(({ drift }) => (drift.kind === 'session-gone' ? [drift.session] : []));
    expect(gone.toSorted()).toEqual(dead.toSorted());
  } finally {
    writers.end();
    await world.close();
  }
}
