import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TurnBudget } from '../../../src/operations/work/turn-budget.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asm-turn-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const budgetOf = (run: string): TurnBudget => new TurnBudget(dir, { card: 't_1', run, callsInTurn: 80 }, null);
const calls = (run: string, count: number): boolean[] => {
  const budget = budgetOf(run);
  return Array.from({ length: count }, () => budget.isUsedUp());
};

test('a turn has 80 calls, over restarts of the server; then the next one begins', () => {
  expect(calls('1', 40)).not.toContain(true);
  expect(calls('1', 40).indexOf(true)).toBe(39);
  expect(calls('1', 79)).not.toContain(true);
});

test('another run of Hermes begins with a fresh turn, and so does a run after an end of ours', () => {
  calls('1', 75);
  expect(calls('2', 75)).not.toContain(true);
  budgetOf('2').begin();
  expect(calls('2', 75)).not.toContain(true);
});

test('a smaller budget may be set', () => {
  const budget = new TurnBudget(dir, { card: 't_2', run: null, callsInTurn: 80 }, 10);
  expect(Array.from({ length: 100 }, () => budget.isUsedUp()).indexOf(true)).toBe(9);
});
