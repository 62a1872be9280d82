import { spawn } from 'node:child_process';
import fs, {
  chmodSync,
  lutimesSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import type { Log, LoggedDrift, NewEvent } from '../../src/log/log.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { driftsOfRun } from '../../src/watch/run-drifts.ts';
import { newsFor } from '../../src/tell/news.ts';
import { ownComments } from '../../src/tell/own-comments.ts';
import { aDrift } from './a-drift.ts';
import { driftNamed, named } from '../named.ts';
import { asNobody } from '../observe/scratch.ts';
import { ownProcess } from '../../src/system/process-identity.ts';
import { nodeWords } from '../run-source.ts';

let dir: string;
const open = (more: { readonly rotateAt?: number } = {}): Log =>
  new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined, ...more });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asm-log-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const path = (): string => join(dir, 'log.jsonl');
const opened = (id: string, more: Partial<LoggedDrift> = {}): NewEvent => ({
  kind: 'opened',
  drift: aDrift({ id, key: id, ...more }),
});
const applied = async (log: Log, drift: LoggedDrift, silent?: Edit): Promise<void> => {
  const [intended] = await log.append([
    {
      kind: 'intended',
      drifts: [drift],
      edits: [silent ?? { op: 'register', entry: { session: drift.id, socket: null }, fields: {} }],
      before: null,
      after: 'x',
      entryHashes: { [named(drift.id)]: 'hash' },
      undo: [],
      by: { pid: 1, start: '' },
    },
  ]);
  await log.append([{ kind: 'applied', of: intended?.event ?? '' }]);
};
/** Appends more than the log may hold, and so many events that none of the former ones is among the newest. */
async function muchHappens(log: Log): Promise<void> {
  for (let count = 0; count < 12; count += 1) {
    await log.append([{ kind: 'dropped', of: 'none', reason: 'x'.repeat(500_000) }]);
  }
  for (let count = 0; count < 250; count += 1) await log.append([{ kind: 'dropped', of: 'none', reason: 'changed' }]);
}
const standAt = (log: Log, reader: string, position: number, held: readonly string[] = []) =>
  log.withCursor(reader, async () => ({ position, held: held.map(driftNamed), told: [] }));
const isRotated = (): boolean => statSync(path()).size < 1 << 20;

test.each(['slow', `card-${'店舗'.repeat(20)}`])(
  'what the reader %s has not passed is kept; positions go on, and every process sees the same',
  async (name) => {
    const log = open();
    const other = open();
    await log.append([opened('standing')]);
    await muchHappens(log);
    await standAt(log, name, 3);
    await log.rotate();
    expect(isRotated(), 'a reader has not passed').toBe(false);

    const before = (await other.read()).length;
    await standAt(log, name, before);
    const again = open();
    await again.rotate();
    expect(isRotated()).toBe(true);
    await log.append([{ kind: 'entries', count: 7 }]);
    for (const reader of [log, other, again, open()]) {
      expect((await reader.read(before)).map(({ kind, position }) => [kind, position])).toEqual([['entries', before]]);
      expect([...(await reader.ledger()).open.values()].map(({ id }) => id)).toEqual(['standing']);
    }
  },
);

test('where sessions were seen, and what places are called, outlives a rotation', async () => {
  const log = open();
  const pane = { pane: 7, start: '1' };
  await log.append([
    { kind: 'seen', place: 'a', host: 'old', entries: { [named('one')]: pane, [named('two')]: pane } },
  ]);
  await log.append([{ kind: 'adopted', place: 'b', host: 'lab2', entries: [named('two')] }]);
  await log.append([
    { kind: 'seen', place: 'a', host: 'lab1', entries: { [named('one')]: { ...pane, root: '/own' } } },
  ]);
  // A shell alone.
  await log.append([{ kind: 'seen', place: 'a', host: 'lab1', entries: { [named('one')]: pane } }]);
  await log.append([{ kind: 'seen', place: 'a', host: 'lab1', entries: { [named('three')]: pane } }]);
  const before = await log.ledger();
  expect([...before.hosts]).toEqual([
    ['a', ['old', 'lab1']],
    ['b', ['lab2']],
  ]);
  expect([...before.homes].map(([id, { place, sightings }]) => [id, place, Object.keys(sightings)])).toEqual([
    ['one', 'a', ['a']],
    ['two', 'b', ['a']],
    ['three', 'a', ['a']],
  ]);
  expect(before.homes.get(named('one'))?.sightings['a']).toMatchObject({ ...pane, root: '/own' });
  await muchHappens(log);
  await log.rotate();
  expect(isRotated()).toBe(true);
  const after = await open().ledger();
  expect({ homes: after.homes, hosts: after.hosts }).toEqual({ homes: before.homes, hosts: before.hosts });
});

test('the word before `agent-exited` outlives a rotation, until it is written again', async () => {
  const log = open();
  const word = (from: string | null, to: string | null): Edit => ({
    op: 'set',
    entry: { session: 'one', socket: null },
    path: ['last_visible_status'],
    from,
    to,
  });
  await applied(log, aDrift({ id: 'exit', key: 'exit' }), word('reviewing', 'agent-exited'));
  await muchHappens(log);
  await log.rotate();
  expect(isRotated()).toBe(true);
  expect([...(await open().ledger()).formerWords]).toEqual([['one', 'reviewing']]);
  await applied(log, aDrift({ id: 'back', key: 'back' }), word('agent-exited', 'reviewing'));
  expect([...(await open().ledger()).formerWords]).toEqual([]);
});

test('a reader that has not moved for a week is not waited for', async () => {
  const log = open();
  await log.append([opened('standing')]);
  await muchHappens(log);
  await standAt(log, 'model-process-7', 0);
  const eightDaysAgo = Date.now() / 1000 - 8 * 24 * 3600;
  utimesSync(join(dir, 'cursors', 'model-process-7.json'), eightDaysAgo, eightDaysAgo);
  await log.rotate();
  expect(isRotated()).toBe(true);
  expect(newsFor(await log.read(), await log.cursor('model-process-7')).opened.map(({ id }) => id)).toEqual([
    'standing',
  ]);
});

test('a reader whose position this user may not read is waited for: all may be news to it', async () => {
  const log = open();
  await log.append([opened('standing')]);
  await muchHappens(log);
  await standAt(log, 'stdout', 0);
  chmodSync(dir, 0o777);
  chmodSync(join(dir, 'cursors'), 0o755);
  chmodSync(path(), 0o666);
  chmodSync(join(dir, 'cursors/stdout.json'), 0);
  await asNobody(() => log.rotate());
  expect(isRotated()).toBe(false);
});

test('a repair that was taken back and is still open is not claimed after a rotation', async () => {
  const log = open();
  const edits: readonly Edit[] = [
    { op: 'set', entry: { session: 'a', socket: null }, path: ['status'], from: 'running', to: 'terminated' },
  ];
  await applied(log, aDrift({ id: 'a', key: 'a', session: 'a', message: 'gone. Marked.', seen: 'gone.', edits }));
  await log.append([
    { kind: 'undone', drift: driftNamed('a'), session: 'a', entryId: named('a'), key: 'a', textHash: null },
  ]);
  await muchHappens(log);
  await log.rotate();
  expect(isRotated()).toBe(true);
  expect(newsFor(await open().read(), null).opened.map(({ message }) => message)).toEqual([
    'gone. Left as it is: its repair was undone.',
  ]);
});

test('what is open, held back or told goes on: its beginning, its repair and its end', async () => {
  const log = open();
  await log.append([opened('blind', { kind: 'blind' })]);
  await applied(log, aDrift({ id: 'open', key: 'open' }));
  await applied(log, aDrift({ id: 'held', key: 'held' }));
  await log.append([{ kind: 'resolved', id: driftNamed('held'), because: 'repaired', message: null }]);
  await applied(log, aDrift({ id: 'over', key: 'over' }));
  await log.append([{ kind: 'resolved', id: driftNamed('over'), because: 'repaired', message: null }]);
  await muchHappens(log);
  const end = (await log.read()).length;
  await log.withCursor('card', async () => ({
    position: end,
    held: ['open', 'held'].map(driftNamed),
    told: [driftNamed('blind')],
  }));
  await log.rotate();
  expect(isRotated()).toBe(true);

  await log.append([{ kind: 'resolved', id: driftNamed('blind'), because: 'world', message: 'it answers again' }]);
  const news = newsFor(await open().read(), await open().cursor('card'));
  expect({
    opened: news.opened.map(({ id }) => id),
    resolved: news.resolved.map(({ message }) => message),
    newcomer: newsFor(await open().read(), null).opened.map(({ id }) => id),
    kinds: (await open().read()).slice(0, 7).map(({ kind }) => kind),
  }).toEqual({
    opened: ['open', 'held'],
    resolved: ['it answers again'],
    newcomer: ['open'],
    kinds: ['opened', 'intended', 'applied', 'intended', 'applied', 'resolved', 'dropped'],
  });
});

test('our own comments, what was found and what we registered outlive a rotation while the run goes on', async () => {
  const log = open();
  const posting = (card: string): NewEvent => ({
    kind: 'posting',
    card,
    bodyHash: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    cardPosition: 3,
    cursor: null,
  });
  const run = (card: string, what: 'started' | 'stopped'): NewEvent => ({ kind: 'run', card, what, reason: null });
  const since = Date.now();
  await log.append([run('over', 'started'), posting('over'), run('over', 'stopped')]);
  await log.append([run('card', 'started'), posting('card')]);
  await applied(log, aDrift({ id: 'shop', key: 'shop' }));
  await log.append([{ kind: 'resolved', id: driftNamed('shop'), because: 'repaired', message: null }]);
  await muchHappens(log);
  await log.rotate();
  expect(isRotated()).toBe(true);
  const events = await open().read();
  const ledger = await open().ledger();
  expect({
    ours: ownComments(events, 'card')('foo', 3),
    over: ownComments(events, 'over')('foo', 3),
    found: driftsOfRun(ledger, { card: 'card', since }).kinds,
    registered: [...ledger.registered],
  }).toEqual({ ours: true, over: false, found: ['session-gone'], registered: ['shop'] });
});

test('no reader loses what another process appends while the log rotates', async () => {
  const log = open();
  const enough = 5;
  const told = join(dir, 'rotations');
  writeFileSync(told, '0');
  const writers = ['a', 'b'].map((name) => {
    // A small log rotates often, and in the gaps between two lines. A writer that has written many lines since the last
    // rotation waits for the next one: then the log stays small, however late that comes.
    const script = `
      import { readFileSync } from 'node:fs';
      import { FileLog } from './src/log/file-log.ts';
      const log = new FileLog({ dir: ${JSON.stringify(dir)}, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
      const drift = ${JSON.stringify(aDrift())};
      const passing = Array(250).fill({ kind: 'dropped', of: 'none', reason: 'changed' });
      const gap = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 6));
      let [count, rotations] = [0, 0];
      while (rotations < ${enough}) {
        if (count < 25 * (rotations + 1)) {
          const id = '${name}' + count;
          await log.append([{ kind: 'opened', drift: { ...drift, id, key: id } }]);
          await log.append(passing);
          count += 1;
        }
        await gap();
        rotations = Number(readFileSync(${JSON.stringify(told)}));
      }
      process.stdout.write(String(count));`;
    const child = spawn(process.execPath, nodeWords(script), { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    return new Promise<readonly string[]>((resolve) => {
      child.once('close', () => resolve(Array.from({ length: Number(said) }, (_, count) => `${name}${count}`)));
    });
  });
  let writing = true;
  const ended = Promise.all(writers).finally(() => (writing = false));
  let rotations = 0;
  for (let tried = 0; writing;) {
    const { size, ino } = statSync(path(), { throwIfNoEntry: false }) ?? { size: 0, ino: 0 };
    // Each try is a process of its own, so none waits because the last try failed.
    if (size !== tried) await open({ rotateAt: 10_000 }).rotate();
    if (size > 0 && statSync(path()).ino !== ino) writeFileSync(told, String((rotations += 1)));
    tried = size;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const all = (await ended).flat();
  expect(rotations).toBeGreaterThanOrEqual(enough);
  for (const reader of [log, open()]) {
    expect([...(await reader.ledger()).open.keys()].toSorted()).toEqual(all.toSorted());
    const positions = (await reader.read()).map(({ position }) => position);
    expect(new Set(positions).size).toBe(positions.length);
  }
}, 180_000);

test('an event that comes between the look at the readers and the rotation is kept', async () => {
  const log = open();
  await muchHappens(log);
  await standAt(log, 'card', (await log.read()).length);
  const rotating = log.rotate();
  await open().append([opened('late')]);
  await rotating;
  expect(isRotated()).toBe(true);
  expect([...(await open().ledger()).open.keys()]).toEqual(['late']);
});

test('the mark of a rotation in another place, whose pids mean nothing here, is waited for, and not for ever', async () => {
  const log = new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
  await muchHappens(log);
  symlinkSync('1 9999999999 there', `${path()}.rotating`);
  await log.rotate();
  expect(isRotated()).toBe(false);
  lutimesSync(`${path()}.rotating`, 1, 1);
  await log.rotate();
  await log.rotate();
  expect(isRotated()).toBe(true);
});

test('a write that another place began may still come: it is settled once it has had its time', async () => {
  const clock = { now: Date.now() };
  const at = (place: string) =>
    new FileLog({ dir, registryPath: '/r', place, now: () => clock.now, warn: () => undefined });
  const hashes = { before: null, after: 'x', entryHashes: {}, undo: [], by: { pid: 1, start: '' } };
  await at('there').append([{ kind: 'intended', drifts: [], edits: [], ...hashes }]);
  expect(await at('here').unsettled()).toEqual([]);
  expect(await at('there').unsettled()).toHaveLength(1);
  clock.now += 60_000;
  expect(await at('here').unsettled()).toHaveLength(1);
});

test('the mark of a process that was killed while it rotated holds no writer up for ever', async () => {
  const log = open();
  await muchHappens(log);
  symlinkSync('1 9999999999', `${path()}.rotating`);
  await log.append([{ kind: 'entries', count: 1 }]);
  await log.rotate();
  await log.rotate();
  expect(isRotated()).toBe(true);
  expect(readdirSync(dir).toSorted()).toEqual(['log.1.jsonl', 'log.jsonl']);
});

test('a mark that this process could not remove holds no writer up, and the next rotation removes it', async () => {
  const log = open();
  await muchHappens(log);
  const { pid, start } = ownProcess();
  symlinkSync(`${pid} ${start} here`, `${path()}.rotating`);
  const began = performance.now();
  await log.append([opened('one')]);
  expect(performance.now() - began, 'it did not wait').toBeLessThan(5_000);
  await log.rotate();
  expect(isRotated()).toBe(false);
  await log.rotate();
  expect({ isRotated: isRotated(), left: readdirSync(dir).filter((name) => name.endsWith('.rotating')) }).toEqual({
    isRotated: true,
    left: [],
  });
});

test('two processes that find the mark of a killed one do not remove the mark that one of them has made', async () => {
  const log = open();
  await muchHappens(log);
  symlinkSync('1 9999999999', `${path()}.rotating`);
  const { unlinkSync } = fs;
  const others: Promise<void>[] = [];
  // The other process comes between this one's look at the mark and its removal: it removes the mark, and rotates.
  const unlink = vi.spyOn(fs, 'unlinkSync').mockImplementationOnce((name) => {
    others.push(open().rotate(), open().rotate());
    unlinkSync(name);
  });
  syncBuiltinESMExports();
  try {
    await log.rotate();
    await Promise.all(others);
  } finally {
    unlink.mockRestore();
    syncBuiltinESMExports();
  }
  expect({ others: others.length, isRotated: isRotated(), names: readdirSync(dir).toSorted() }).toEqual({
    others: 2,
    isRotated: true,
    names: ['log.1.jsonl', 'log.jsonl'],
  });
});
