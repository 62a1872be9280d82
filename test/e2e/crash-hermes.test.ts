import { test } from 'vitest';
import { postingRounds } from './crash/posting-rounds.ts';

const kills = Math.ceil(Number(process.env['CRASH_ROUNDS'] ?? 100) / 25);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

test(
  `kill -9 in ${kills} postings of a monitor or an MCP server on a real Hermes (CRASH_SEED=${seed}): each news is there once`,
  () => postingRounds(kills, seed),
  300_000 + kills * 60_000,
);
