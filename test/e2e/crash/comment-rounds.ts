import { expect } from 'vitest';
import { Random } from '../../random.ts';
import { openBoard, type BoardName } from './boards.ts';
import { Killer } from './killer.ts';
import { endsAlone } from './traces.ts';

/** Kills comments of a person. Each must be on the card whole or not at all, and the next one must come whole. */
export async function commentRounds(kills: number, seed: number, board: BoardName): Promise<void> {
  const { world, card, words, comments } = await openBoard(board);
  const killer = new Killer(world, new Random(seed));
  try {
    const say = (text: string) => ['comment', ...words, '--', text];
    const length = await killer.measure(say('the first'));
    const said = ['the first'];
    for (let round = 0; killer.kills < kills; round += 1) {
      const text = `round ${round} ${'of many '.repeat(20)}ends`;
      const { running, point, ended } = killer.strike(say(text), length);
      const code = await ended;
      await endsAlone(running.pid);
      const after = await comments();
      const isThere = after.length > said.length;
      if (code !== null) expect({ code, isThere }, `${point}: ${running.stderr()}`).toEqual({ code: 0, isThere: true });
      if (isThere) said.push(text);
      expect(after, `round ${round} (${point})`).toEqual(said);
      if (round % 2 === 1) {
        const next = `after round ${round}`;
        expect(await killer.run(say(next))).toMatchObject({ code: 0, stderr: '' });
        said.push(next);
      }
      expect(await comments(), `after round ${round} (${point}), on ${card}`).toEqual(said);
    }
  } finally {
    await world.close();
  }
}
