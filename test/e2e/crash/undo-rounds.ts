import { expect } from 'vitest';
import { Random } from '../../random.ts';
import { PrivateWorld } from '../private-world.ts';
import { Killer } from './killer.ts';
import { entryIn, keptEntry, openAll, withoutTerminations } from './sessions.ts';
import { endsAlone, leavesNothing, litter, logOf } from './traces.ts';
import { Writers } from './writers.ts';

/**
 * Kills undos, while a script edits the registry. Then the file must say either all of it or nothing, the log must say
 * the same, and the next pass must turn nothing back.
 */
export async function undoRounds(kills: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const random = new Random(seed);
  const killer = new Killer(world, random);
  const writers = new Writers(world, killer.gate, random);
  try {
    const names = Array.from({ length: Math.ceil(kills * 1.5) + 8 }, (_, number) => `s${number}-creator-claude`);
    openAll(world, [...names, 'last-creator-claude']);
    world.writeRegistry(`sessions:\n${keptEntry}`, 60);
    expect((await world.reconcile()).code).toBe(0);
    const running = world.readRegistry();
    const wholeText = (text: string): string => withoutTerminations(text, names);
    // Beside a living server each death is a repair of its own.
    world.tmux(names.flatMap((name) => [';', 'kill-session', '-t', `=${name}`]).slice(1));
    expect((await world.reconcile()).code).toBe(0);
    const gone = logOf(world)
      .lives()
      .filter(({ drift }) => drift.kind === 'session-gone');
    const repairs = new Map(gone.map(({ drift }) => [drift.session, drift.id]));
    expect(repairs.size).toBe(names.length);
    const idOf = (name: string): string => repairs.get(name) ?? '';
    const isUndone = (name: string): boolean => entryIn(world.readRegistry(), name) === entryIn(running, name);

    const [first = '', ...others] = names;
    const undone = [first];
    const length = await killer.measure(['undo', idOf(first)]);
    for (const name of others) {
      if (killer.kills === kills) break;
      const words = ['undo', idOf(name)];
      const { running: undo, point, ended } = killer.strike(words, length);
      const [code] = await Promise.all([ended, writers.write(length.ms)]);
      const round = `${name} (${point})`;
      const { text, faults } = writers.without(world.readRegistry());
      expect({ faults, text: wholeText(text) }, round).toEqual({ faults: [], text: running });
      await endsAlone(undo.pid);
      const isDone = isUndone(name);
      if (code !== null) expect({ code, isDone }, `${round}: ${undo.stderr()}`).toEqual({ code: 0, isDone: true });
      expect(await killer.run(['reconcile']), round).toMatchObject({ code: 0, stderr: '' });
      expect(isUndone(name), `${round}: the next pass turns nothing back, and makes up nothing`).toBe(isDone);
      const again = await killer.run(words);
      if (isDone) expect(again.stderr, round).toContain('that repair was taken back before');
      else expect(again, round).toMatchObject({ code: 0, stderr: '' });
      undone.push(name);
      expect(litter(world), round).toEqual([]);
    }
    await leavesNothing(world, () => killer.run(['reconcile']));
    expect(killer.kills).toBe(kills);
    expect((await world.reconcile()).document.registry.written).toBe(false);
    expect(undone.every(isUndone)).toBe(true);
    const taken = logOf(world)
      .read()
      .flatMap((event) => (event.kind === 'undone' ? [event.session] : []));
    expect(taken.toSorted()).toEqual(undone.toSorted());
  } finally {
    writers.end();
    await world.close();
  }
}
