import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { entryId } from '../../src/core/model/entry.ts';
import type { StateLine } from '../../src/core/model/state.ts';
import { FileStateHistory } from '../../src/log/file-state-history.ts';
import type { ReadMark } from '../../src/log/read-on.ts';

const day = 86_400_000;
const start = Date.parse('2026-07-01T09:00:00Z');

function aHistory() {
  const dir = mkdtempSync(join(tmpdir(), 'asm-states-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const clock = { now: start };
  const watch = { goesOn: false };
  const history = new FileStateHistory({
    dir: join(dir, 'state'),
    place: 'machine-1',
    now: () => clock.now,
    isWatched: () => Promise.resolve(watch.goesOn),
  });
  return { history, clock, watch, path: join(dir, 'state', 'states-machine-1.jsonl') };
}

const began = (at: number): StateLine => ({ kind: 'watch-began', at, host: 'lab1' });
const ended = (at: number): StateLine => ({ kind: 'watch-ended', at });
const state = (at: number, activity: 'working' | 'idle', session = 'shop'): StateLine => ({
  kind: 'state',
  at,
  entry: entryId({ session, socket: null }),
  session,
  workspace: null,
  agent: 'claude',
  state: { liveness: 'alive', activity, waitingFor: null, id: null },
  source: 'claude',
  reason: `Claude ${activity}`,
});

test('what was appended is read, from a file that only its owner may read', async () => {
  const { history, path } = aHistory();
  const lines = [began(start), state(start, 'working')];
  await history.append(lines);
  expect(await history.read(0)).toEqual(lines);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('nothing is there before the first watch', async () => {
  const { history } = aHistory();
  expect(await history.read(0)).toEqual([]);
  expect([await history.watchedUntil(), await history.lastSign()]).toEqual([null, null]);
  await history.beat();
  await history.prune(start);
  expect(await history.read(0)).toEqual([]);
});

test('a history that cannot be read is told: it is not one of a time without a monitor', async () => {
  const { history, path } = aHistory();
  mkdirSync(path, { recursive: true });
  const told = { message: 'the history of what sessions were cannot be read: it is no regular file', where: path };
  await expect(history.read(0)).rejects.toMatchObject(told);
  await expect(history.changesSince(0)).rejects.toMatchObject(told);
  await expect(history.readOn(null, () => undefined)).rejects.toMatchObject(told);
  expect(await history.endOf(new Set())).toEqual([]);
});

test('a broken line, one of a killed writer and one of a later version are skipped', async () => {
  const { history, path } = aHistory();
  await history.append([began(start)]);
  appendFileSync(path, 'nonsense\n{"kind":"weather","at":1}\n{"kind":"state","at":5}\n[]\n{"kind":"sta');
  await history.append([state(start, 'working')]);
  expect(await history.read(0)).toEqual([began(start), state(start, 'working')]);
});

test('a read from a time on begins with what was in force then', async () => {
  const { history } = aHistory();
  const removed: StateLine = { kind: 'removed', at: start + 3, entry: entryId({ session: 'blog', socket: null }) };
  await history.append([
    began(start),
    state(start, 'working'),
    state(start, 'working', 'blog'),
    state(start + 2, 'idle'),
    removed,
    state(start + 9, 'working'),
  ]);
  expect(await history.read(start + 5)).toEqual([began(start), state(start + 2, 'idle'), state(start + 9, 'working')]);
});

test('the lines from a time on alone', async () => {
  const { history } = aHistory();
  await history.append([began(start), state(start, 'working'), state(start + 2, 'idle'), state(start + 9, 'working')]);
  expect(await history.changesSince(start + 2)).toEqual([state(start + 2, 'idle'), state(start + 9, 'working')]);
  expect(await history.changesSince(start + 10)).toEqual([]);
});

test('the end of the history says what it holds of some entries and of the watch', async () => {
  const { history } = aHistory();
  const odd = 'a "quoted"\u0000\\ü';
  await history.append([began(start), state(start, 'working'), state(start, 'idle', odd), state(start + 2, 'idle')]);
  const entries = new Set([entryId({ session: odd, socket: null })]);
  expect(await history.endOf(entries)).toEqual([began(start), state(start, 'idle', odd)]);
  expect(await history.read(start + 5)).toEqual([began(start), state(start, 'idle', odd), state(start + 2, 'idle')]);
  const many = Array.from({ length: 20_000 }, (_, index) => state(start + 10 + index, 'working'));
  await history.append(many);
  expect(await history.endOf(entries)).toEqual([]);
  expect((await history.endOf(new Set([entryId({ session: 'shop', socket: null })]))).at(-1)).toEqual(many.at(-1));
});

test('a watch that ended in order was watched until then', async () => {
  const { history, clock, watch } = aHistory();
  await history.append([began(start), state(start, 'idle'), ended(start + 5_000)]);
  clock.now = start + 60_000;
  watch.goesOn = true;
  expect(await history.watchedUntil()).toBe(start + 5_000);
});

test('a monitor that lives watches now; a killed one watched until its last sign of life', async () => {
  const { history, clock, watch } = aHistory();
  await history.append([began(start), state(start, 'idle')]);
  clock.now = start + 300_000;
  await history.beat();
  clock.now = start + 400_000;
  watch.goesOn = true;
  expect(await history.watchedUntil()).toBe(start + 400_000);
  watch.goesOn = false;
  expect(await history.watchedUntil()).toBe(start + 300_000);
  expect(await history.lastSign()).toBe(start + 300_000);
});

test('a history that was removed or replaced is not there; a pruned one is', async () => {
  const { history, clock, path } = aHistory();
  expect(await history.isThere()).toBe(false);
  await history.append([began(start), state(start, 'working'), state(start + 1, 'idle'), state(start + 2, 'working')]);
  clock.now = start + 3 * day;
  await history.prune(clock.now);
  expect(await history.read(0)).toHaveLength(2);
  expect(await history.isThere()).toBe(true);
  rmSync(path);
  expect(await history.isThere()).toBe(false);
});

test('a monitor that lives but can write nothing watched until its last sign', async () => {
  const { history, clock, watch } = aHistory();
  await history.append([began(start), state(start, 'working')]);
  watch.goesOn = true;
  clock.now = start + 120_000;
  expect(await history.watchedUntil()).toBe(clock.now);
  clock.now += 1_000;
  expect(await history.watchedUntil()).toBe(start);
});

test('old lines are removed, but not what is in force, and at most once a day', async () => {
  const { history, clock, path } = aHistory();
  const old = [began(start), state(start, 'working'), state(start + 1, 'idle')];
  const young = state(start + 2 * day, 'working');
  await history.append([...old, young]);
  clock.now = start + 2 * day;
  await history.prune(start + day / 2);
  expect(await history.read(0)).toEqual([...old, young]);
  await history.prune(start + 1.5 * day);
  expect(await history.read(0)).toEqual([began(start), state(start + 1, 'idle'), young]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const text = readFileSync(path, 'utf8');
  await history.prune(start + 1.5 * day);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a history that is moved away while it is pruned leaves no empty one behind', async () => {
  const { history, path } = aHistory();
  await history.append([
    began(start),
    state(start, 'working'),
    state(start + 1, 'idle'),
    state(start + 2 * day, 'idle'),
  ]);
  const pruned = history.prune(start + 1.5 * day);
  renameSync(path, `${path}.kept`);
  await pruned;
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(`${path}.kept`, 'utf8').split('\n')).toHaveLength(4);
});

/** Reads on from a mark; returns the lines and the next mark. */
async function readOn(history: FileStateHistory, mark: ReadMark | null) {
  const lines: StateLine[] = [];
  const next = await history.readOn(mark, (more) => lines.push(...more));
  return { lines, next };
}

test('a reader reads on where it was, and never half a line', async () => {
  const { history, path } = aHistory();
  const before = await readOn(history, null);
  expect(before.lines).toEqual([]);
  await history.append([began(start), state(start, 'working')]);
  const first = await readOn(history, before.next);
  expect(first.lines).toEqual([began(start), state(start, 'working')]);
  expect(await readOn(history, first.next)).toEqual({ lines: [], next: first.next });
  const line = JSON.stringify(state(start + 1, 'idle', 'blög'));
  appendFileSync(path, line.slice(0, 20));
  const half = await readOn(history, first.next);
  expect(half).toEqual({ lines: [], next: first.next });
  appendFileSync(path, `${line.slice(20)}\nnonsense\n`);
  expect((await readOn(history, half.next)).lines).toEqual([state(start + 1, 'idle', 'blög')]);
});

test('a long history comes in pieces, and lines longer than a piece come whole', async () => {
  const { history } = aHistory();
  const long = state(start, 'working', 'x'.repeat(600_000));
  const lines = [
    began(start),
    ...Array.from({ length: 3_000 }, (_, index) => state(start + index, 'idle')),
    long,
    ended(start + 9_000),
  ];
  await history.append(lines);
  const pieces: number[] = [];
  const read: StateLine[] = [];
  await history.readOn(null, (more) => {
    pieces.push(more.length);
    read.push(...more);
  });
  expect(read).toEqual(lines);
  expect(pieces.length).toBeGreaterThan(2);
});

test('a reader hears that the history was pruned under it', async () => {
  const { history } = aHistory();
  await history.append([
    began(start),
    state(start, 'working'),
    state(start + 1, 'idle'),
    state(start + 3 * day, 'idle'),
  ]);
  const { next } = await readOn(history, null);
  await history.prune(start + 2 * day);
  expect(await readOn(history, next)).toEqual({ lines: [], next: null });
});
