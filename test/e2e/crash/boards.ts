import { execa } from 'execa';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { foldCard, readCardLines } from '../../../src/board/local-card.ts';
import { LocalBoard } from '../../../src/board/local-board.ts';
import { HermesWorld } from '../hermes-world.ts';
import { PrivateWorld } from '../private-world.ts';

export type BoardName = 'local' | 'hermes';

export interface BoardWorld {
  readonly world: PrivateWorld;
  readonly card: string;
  /** The flags that name the card. */
  readonly words: readonly string[];
  /** Returns the card's comments, oldest first. */
  readonly comments: () => Promise<readonly string[]>;
}

/** Makes a world with a card on a real Hermes, or on the local board. */
export async function openBoard(board: BoardName): Promise<BoardWorld> {
  if (board === 'hermes') {
    const world = new HermesWorld();
    const card = world.createCard();
    const comments = async (): Promise<readonly string[]> => {
      // Not `world.bodies`, which waits without letting other rounds go on.
      const { stdout } = await execa(world.hermes, ['kanban', 'show', card, '--json'], {
        env: world.env,
        extendEnv: false,
      });
      return JSON.parse(stdout).comments.map(({ body }: { body: string }) => body);
    };
    return { world, card, words: ['--board', 'hermes', '--card', card], comments };
  }
  const world = new PrivateWorld();
  const card = 'watched';
  const dir = join(world.state, 'board');
  await new LocalBoard({ dir, now: Date.now, author: 'test' }).claim(card, { pid: process.pid, host: 'test' });
  const path = join(dir, `${card}.jsonl`);
  const comments = async () =>
    foldCard(card, readCardLines(readFileSync(path, 'utf8'))).comments.map(({ body }) => body);
  return { world, card, words: ['--card', card], comments };
}
