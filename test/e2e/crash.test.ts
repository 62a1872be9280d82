import { describe, test } from 'vitest';
import { commentRounds } from './crash/comment-rounds.ts';
import { monitorRounds } from './crash/monitor-rounds.ts';
import { passRounds } from './crash/pass-rounds.ts';
import { reportRounds } from './crash/report-rounds.ts';
import { submitRounds } from './crash/submit-rounds.ts';
import { undoRounds } from './crash/undo-rounds.ts';

/**
 * How many runs are killed in all, with those of `crash-hermes.test.ts`. The soak kills more, and its cards are all on a
 * real Hermes.
 */
const kills = Number(process.env['CRASH_ROUNDS'] ?? 100);
const board = process.env['CRASH_BOARD'] === 'hermes' ? 'hermes' : 'local';
/** The same seed gives the same kills, but for those at a time and the order of processes. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

/** What is killed, its part of the kills in percent, and what is to hold then. The slowest come first. */
const killed = [
  ['two monitors of one registry', 20, (count: number) => monitorRounds(count, seed, board), 'each news is told'],
  ['passes', 24, passRounds, 'nothing is torn, lost, doubled or made up'],
  ['undos', 15, undoRounds, 'done and known, or not done'],
  ['submits of jobs', 15, submitRounds, 'done and known, or not done'],
  ['reports of an agent', 10, reportRounds, 'the last whole one stays'],
  ['comments of a person', 12, (count: number) => commentRounds(count, seed, board), 'each is there whole, or not'],
] as const;

// Most of their time they wait for real processes.
describe.concurrent(`kill -9 at ${kills} random instructions (CRASH_SEED=${seed})`, () => {
  for (const [what, percent, rounds, holds] of killed) {
    const count = Math.ceil((kills * percent) / 100);
    test(`${count} ${what}: ${holds}`, () => rounds(count, seed), 300_000 + count * 60_000);
  }
});
