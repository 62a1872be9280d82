import { test } from 'vitest';
import { crashRounds } from './crash-scenario.ts';
import { postingRounds } from './crash-posting.ts';
import { submitRounds, undoRounds } from './crash-writers.ts';

const rounds = Number(process.env['CRASH_ROUNDS'] ?? 20);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

test(
  `kill -9 at ${rounds} random moments (CRASH_SEED=${seed}): nothing is torn, lost, doubled or made up`,
  () => crashRounds(rounds, seed),
  60_000 + rounds * 5_000,
);

const posts = Math.ceil(rounds / 2);

test(
  `kill -9 in ${posts} postings of a monitor or an MCP server on a real Hermes board (CRASH_SEED=${seed}): each news exactly once`,
  () => postingRounds(posts, seed),
  60_000 + posts * 10_000,
);

const writes = Math.ceil(rounds / 2);

test(
  `kill -9 of ${writes} undos at random moments (CRASH_SEED=${seed}): done and known, or not done`,
  () => undoRounds(writes, seed),
  60_000 + writes * 8_000,
);

test(
  `kill -9 of ${writes} submits of jobs at random moments (CRASH_SEED=${seed}): done and known, or not done`,
  () => submitRounds(writes, seed),
  60_000 + writes * 5_000,
);
