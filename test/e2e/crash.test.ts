import { test } from 'vitest';
import { crashRounds } from './crash-scenario.ts';
import { HermesWorld } from './hermes-world.ts';

const rounds = Number(process.env['CRASH_ROUNDS'] ?? 20);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

test(
  `kill -9 of ours at ${rounds} random moments (CRASH_SEED=${seed}): nothing is torn, lost, doubled or made up`,
  () => crashRounds(rounds, seed),
  60_000 + rounds * 5_000,
);

const posts = Math.ceil(rounds / 2);

test(
  `kill -9 of ours at ${posts} random moments of posting on a real Hermes board (CRASH_SEED=${seed}): the same`,
  () =>
    crashRounds(posts, seed, () => {
      const world = new HermesWorld('0.19.0');
      const monitorWords = ['--board', 'hermes', '--card', world.createCard()];
      return { world, monitorWords, bodies: (card) => world.bodies(card), monitorMs: 5_000 };
    }),
  120_000 + posts * 10_000,
);
