import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log, LoggedDrift } from '../../src/log/log.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { aDrift } from './a-drift.ts';
import { asNobody } from '../observe/scratch.ts';
import { named } from '../named.ts';
import { nodeWords } from '../run-source.ts';

let dir: string;
let warned: string[];
const open = (): Log =>
  new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: (line) => warned.push(line) });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asm-log-'));
  warned = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const path = (): string => join(dir, 'log.jsonl');
const opened = (drift: LoggedDrift) => ({ kind: 'opened', drift }) as const;
const entries = (count: number) => ({ kind: 'entries', count }) as const;

/** A program that appends numbers until it is killed, and prints each number once it was acknowledged. */
const writer = nodeWords(`
  import { FileLog } from './src/log/file-log.ts';
  const log = new FileLog({ dir: process.argv[1], registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
  for (let count = Number(process.argv[2]); count < Number(process.argv[3]); count += 1) {
    await log.append([{ kind: 'entries', count }]);
    process.stdout.write(count + '\\n');
  }`);

function startWriter(from: number, to: number) {
  // A file, not a pipe: numbers that a full pipe holds back would count as not acknowledged.
  const told = join(dir, `acknowledged-${from}`);
  const descriptor = openSync(told, 'w');
  const child = spawn(process.execPath, [...writer, dir, String(from), String(to)], {
    stdio: ['ignore', descriptor, 'inherit'],
  });
  closeSync(descriptor);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { child, ended, acknowledged: () => readFileSync(told, 'utf8').split('\n').slice(0, -1).map(Number) };
}

const countsOf = async (log: Log): Promise<number[]> =>
  (await log.read()).flatMap((event) => (event.kind === 'entries' ? [event.count] : []));

test.runIf(process.platform === 'linux')('a full disk is said with the file that it concerns', async () => {
  symlinkSync('/dev/full', path());
  await expect(open().append([entries(1)])).rejects.toMatchObject({ code: 'ENOSPC', path: path() });
});

test('a drift has one id while it is open, another at its next occurrence, and no clock in it', async () => {
  const log = open();
  const first = log.idOf('key', await log.ledger());
  await log.append([opened(aDrift({ id: first, key: 'key' }))]);
  expect(open().idOf('key', await open().ledger())).toBe(first);
  await log.append([{ kind: 'resolved', id: first, because: 'world', message: null }]);
  const second = log.idOf('key', await log.ledger());
  expect(second).not.toBe(first);
  expect(
    new FileLog({
      dir: join(dir, 'other'),
      registryPath: '/r',
      place: 'here',
      now: () => 0,
      warn: () => undefined,
    }).idOf('key', await log.ledger()),
  ).toBe(second);
});

test('what is intended counts once it is applied; dropped, it never was', async () => {
  const log = open();
  const intent = (id: string) =>
    ({
      kind: 'intended',
      drifts: [aDrift({ id, key: id })],
      edits: [],
      before: null,
      after: 'x',
      entryHashes: {},
      undo: [],
      by: { pid: 1, start: '' },
    }) as const;
  const [kept, gone] = await log.append([intent('kept'), intent('gone')]);
  expect([...(await log.ledger()).open.keys()]).toEqual([]);
  expect((await log.unsettled()).map(({ event }) => event)).toEqual([kept?.event, gone?.event]);
  await log.append([
    { kind: 'applied', of: kept?.event ?? '' },
    { kind: 'dropped', of: gone?.event ?? '', reason: 'changed' },
  ]);
  expect([...(await log.ledger()).open.values()].map(({ id }) => id)).toEqual(['kept']);
  expect(await log.unsettled()).toEqual([]);
});

test('what an older version wrote of a comment, and whether it arrived, reads as it is written now', async () => {
  const line = (event: string, of: string) =>
    JSON.stringify({ event, at: '2026-07-01T08:00:00.000Z', kind: 'posted', card: 'c', of, bodyHash: 'h' });
  const lines = [line('e1', 'p1'), line('e2', 'p2 (never arrived)')];
  const snapshot = { kind: 'snapshot', position: 1, events: [{ ...JSON.parse(lines[1] ?? ''), position: 0 }] };
  const read = async (...text: readonly string[]) => {
    writeFileSync(path(), text.map((one) => `${one}\n`).join(''));
    return (await open().read()).flatMap((event) => (event.kind === 'posted' ? [[event.of, event.arrived]] : []));
  };
  expect(await read(...lines)).toEqual([
    ['p1', true],
    ['p2', false],
  ]);
  expect(await read(JSON.stringify(snapshot))).toEqual([['p2', false]]);
});

test('several processes append at once: nothing is lost, and each sees the others', async () => {
  const log = open();
  const writers = [0, 1_000, 2_000, 3_000].map((from) => startWriter(from, from + 200));
  await Promise.all(writers.map(({ ended }) => ended));
  const counts = await countsOf(log);
  expect(counts).toHaveLength(800);
  expect(new Set(counts).size).toBe(800);
  expect((await log.read()).map(({ position }) => position)).toEqual(counts.map((_, index) => index));
});

test('a writer gets its own events back, however many another one has appended behind them', async () => {
  const [one, other] = [open(), open()];
  // Both write at once, and read what is there only when they are waited for.
  const own = one.append([entries(1), entries(2)]);
  await other.append(Array.from({ length: 500 }, () => entries(3)));
  expect((await own).map((event) => event.kind === 'entries' && event.count)).toEqual([1, 2]);
});

test('a writer is killed at ten random moments: what it acknowledged is there, and nothing else', async () => {
  const acknowledged: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const running = startWriter(round * 100_000, (round + 1) * 100_000);
    const enough = 20 + Math.floor(Math.random() * 100);
    await vi.waitFor(() => expect(running.acknowledged().length).toBeGreaterThan(enough), {
      timeout: 60_000,
      interval: 1,
    });
    running.child.kill('SIGKILL');
    await running.ended;
    acknowledged.push(...running.acknowledged());
  }
  const counts = await countsOf(open());
  // Those that a slow machine kills late have acknowledged too many to look for each among all.
  const there = new Set(counts);
  expect(acknowledged.filter((count) => !there.has(count))).toEqual([]);
  // In each round at most one line was written and not acknowledged.
  expect(counts.length - acknowledged.length).toBeLessThanOrEqual(10);
  expect(there.size).toBe(counts.length);
}, 180_000);

test('a torn last line is passed over, and the next line is not spoilt by it', async () => {
  const log = open();
  await log.append([entries(1)]);
  appendFileSync(path(), '{"event":"torn","at":"2026-07-01T09:00:00Z","kind":"entr');
  await log.append([entries(2)]);
  expect(await countsOf(log)).toEqual([1, 2]);
  expect(await countsOf(open())).toEqual([1, 2]);
  expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(4);
});

test.each([
  ['that cannot be read', 'garbage'],
  ['beyond the end of a log that lost its last lines', '{"position":3,"held":[],"told":["d"]}'],
])('a cursor %s is put aside by the next delivery, not by a look; what stands is news', async (_, text) => {
  const standing = aDrift({ id: 'standing' });
  await open().append([opened(standing), entries(1)]);
  mkdirSync(join(dir, 'cursors'));
  writeFileSync(join(dir, 'cursors/card-a%2Fb.json'), text);
  expect(await open().cursor('card-a/b')).toBeNull();
  expect(warned).toEqual([]);
  await open().withCursor('card-a/b', async (cursor) => {
    expect(cursor).toEqual({ position: 2, held: [standing.id], told: [] });
    return null;
  });
  expect(warned).toEqual([expect.stringMatching(/card-a%2Fb\.json\.corrupt-\d+$/)]);
  expect(readdirSync(join(dir, 'cursors'))).toEqual([expect.stringMatching(/^card-a%2Fb\.json\.corrupt-/)]);
});

test('a cursor that this user may not read is not lost: nothing is told again, and it stays where it is', async () => {
  await open().append([entries(1)]);
  const cursor = join(dir, 'cursors/stdout.json');
  mkdirSync(join(dir, 'cursors'));
  writeFileSync(cursor, '{"position":1,"held":[],"told":[]}', { mode: 0 });
  for (const folder of [dir, join(dir, 'cursors')]) chmodSync(folder, 0o777);
  chmodSync(path(), 0o644);
  const refusal = {
    code: 3,
    message: expect.stringMatching(/^a reader's position in the log cannot be read: EACCES: permission denied/),
    where: cursor,
    cure: 'make it readable for you; or move it away, and what is open is told once more',
  };
  await asNobody(async () => {
    await expect(open().cursor('stdout')).rejects.toMatchObject(refusal);
    const told = open().withCursor('stdout', async () => expect.unreachable('it was told again'));
    await expect(told).rejects.toMatchObject(refusal);
  });
  expect(warned).toEqual([]);
  expect(readdirSync(join(dir, 'cursors'))).toEqual(['stdout.json']);
});

test('two at once never deliver the same to one reader', async () => {
  await open().append([1, 2, 3, 4].map(entries));
  const delivered: number[] = [];
  const deliver = (log: Log) =>
    log.withCursor('card', async (cursor) => {
      const position = cursor?.position ?? 0;
      await new Promise((resolve) => setImmediate(resolve));
      delivered.push(position);
      return { position: position + 1, held: [], told: [] };
    });
  await Promise.all([open(), open(), open(), open()].map(deliver));
  expect(delivered).toEqual([0, 1, 2, 3]);
});

test('an undo of a repair of several entries is kept for each of them', async () => {
  const log = open();
  const about = (session: string) => ({
    drift: 'd',
    session,
    entryId: named(session),
    key: `death of ${session}`,
    textHash: session,
  });
  await log.append(['a', 'b'].map((id) => ({ kind: 'undone', ...about(id) }) as const));
  expect([...(await open().ledger()).undone.values()]).toEqual([
    { key: 'death of a', entryId: 'a', textHash: 'a' },
    { key: 'death of b', entryId: 'b', textHash: 'b' },
  ]);
});

test('where another host writes the log too, they write one after the other', async () => {
  const at = (place: string) =>
    new FileLog({ dir, registryPath: '/r', place, now: Date.now, warn: (line) => warned.push(line) });
  await at('there').append([{ kind: 'seen', place: 'there', host: 'labb', entries: {} }]);
  const here = at('here');
  await here.read();
  expect([here.isShared(), at('there').isShared()]).toEqual([true, false]);
  mkdirSync(`${path()}.lock`);
  const waiting = here.append([entries(1)]);
  await expect.poll(() => readdirSync(dir)).toContain('log.jsonl.lock');
  expect(await countsOf(at('there'))).toEqual([]);
  rmSync(`${path()}.lock`, { recursive: true });
  await waiting;
  expect(await countsOf(at('there'))).toEqual([1]);
  expect(readdirSync(dir)).toEqual(['log.jsonl']);
});
