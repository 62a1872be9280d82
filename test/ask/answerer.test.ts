import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answerer } from '../../src/ask/answerer.ts';
import { makeAskMonitor } from '../../src/ask/ask-monitor.ts';
import type { PassResult } from '../../src/pass/pass.ts';
import { until } from '../e2e/private-world.ts';
import { anOverview, at } from './an-overview.ts';

/** Longer than a busy machine stalls. */
const patienceMs = 30_000;
let dir = '';
let answerer: Answerer;
let looks = 0;
let waits: (() => void)[] = [];
let slow = false;
let fails = false;
let notes: string[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'asm-answers-'));
  [looks, waits, slow, fails, notes] = [0, [], false, false, []];
  mkdirSync(join(dir, 'pts'));
  writeFileSync(join(dir, 'pts', '1'), '');
  answerer = new Answerer({
    dir,
    place: 'here',
    key: () => 'key',
    overviewOf: (_, hearsDeaths) => Promise.resolve(anOverview({ hearsDeaths, changes: looks })),
    files: [join(dir, 'registry'), join(dir, 'log')],
    terminals: join(dir, 'pts'),
    sharedMs: patienceMs,
    connectionMs: patienceMs,
  });
  answerer.begins({ look, hearsDeaths: true });
  await until('the socket', async () => (await asks({})()) !== null);
  answerer.passed();
  [looks, notes] = [0, []];
});
afterEach(async () => {
  for (const go of waits) go();
  await answerer.close();
  rmSync(dir, { recursive: true, force: true });
});

async function look(): Promise<PassResult> {
  looks += 1;
  if (slow) await new Promise<void>((resolve) => waits.push(resolve));
  if (fails) throw new Error('it would have to look again');
  return {} as PassResult;
}

function asks({ key = 'key', place = 'here', now = at, waitMs = patienceMs }) {
  const note = (line: string) => notes.push(line);
  return makeAskMonitor({ dir, place, key: () => key, now: () => now, note, patienceMs: waitMs });
}

const ask = () => asks({})();

async function answered() {
  const answer = await ask();
  if (answer === null) throw new Error(`no answer: ${notes.join('; ')}`);
  return answer;
}

test('nothing is looked at while nobody asks, and many share one look', async () => {
  answerer.passed();
  answerer.hinted();
  answerer.beat();
  expect(looks).toBe(0);
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  expect(answers.every((answer) => answer?.changes === 1)).toBe(true);
  expect([looks, answerer.trouble]).toEqual([1, null]);
});

test.each<[string, () => void]>([
  ['a hint', () => answerer.hinted()],
  ['a pass', () => answerer.passed()],
  ['a pass that failed', () => answerer.failed()],
  ['a registry that changed', () => writeFileSync(join(dir, 'registry'), 'x')],
  ['a log that grew', () => writeFileSync(join(dir, 'log'), 'x')],
  ['a terminal that came', () => writeFileSync(join(dir, 'pts', '2'), '')],
  ['a terminal that went', () => rmSync(join(dir, 'pts', '1'))],
  [
    'a terminal that went, and came again under its number',
    () => {
      rmSync(join(dir, 'pts', '1'));
      writeFileSync(join(dir, 'pts', '1'), '');
    },
  ],
])('%s makes the answer old', async (_name, change) => {
  expect((await answered()).changes).toBe(1);
  change();
  expect((await answered()).changes).toBe(2);
});

test('who has other settings, or is in another place, gets no answer, and no look is made for it', async () => {
  expect(await asks({ key: 'other' })()).toBeNull();
  expect(await asks({ place: 'there' })()).toBeNull();
  expect(looks).toBe(0);
});

test('an answer that is too old for the asker, or from its future, does not count', async () => {
  expect(await asks({ now: at + 2_200 })()).not.toBeNull();
  for (const now of [at + 2_201, at - 1]) {
    notes = [];
    expect(await asks({ now })()).toBeNull();
    expect(notes).toEqual(['the monitor of this registry did not answer (old)']);
  }
});

test('a look that fails is no answer', async () => {
  fails = true;
  expect(await ask()).toBeNull();
  fails = false;
  answerer.hinted();
  expect(await ask()).not.toBeNull();
});

test('looks that hang are two at most, and cost each asker its deadline once', async () => {
  slow = true;
  const one = asks({ waitMs: 50 });
  expect(await one()).toBeNull();
  expect(notes).toEqual(['the monitor of this registry did not answer (late)']);
  answerer.hinted();
  expect(await one()).toBeNull();
  expect(notes).toHaveLength(1);
  const others: Promise<unknown>[] = [];
  // On a busy machine an asker may be gone before its line is read: another one asks each time.
  await until('the second look', () => {
    answerer.hinted();
    others.push(asks({ waitMs: 50 })());
    return looks === 2;
  });
  await Promise.all(others);
  for (let count = 0; count < 5; count += 1) {
    answerer.hinted();
    expect(await ask()).toBeNull();
  }
  expect(looks).toBe(2);
});

test('without its loop it answers no more', async () => {
  await answerer.close();
  expect(await ask()).toBeNull();
});
