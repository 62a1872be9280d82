import { test } from 'vitest';
import { crashRounds } from './crash-scenario.ts';

const rounds = Number(process.env['CRASH_ROUNDS'] ?? 20);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

test(
  `kill -9 of ours at ${rounds} random moments (CRASH_SEED=${seed}): nothing is torn, lost, doubled or made up`,
  () => crashRounds(rounds, seed),
  60_000 + rounds * 5_000,
);
