import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { commit, type Change } from '../../src/registry/commit.ts';
import type { HeldRegistry, ReadRegistry, RegistryFile } from '../../src/registry/registry-file.ts';
import { settleIntended } from '../../src/registry/settle-intended.ts';
import { scratchRegistry } from './scratch-registry.ts';
import { named } from '../named.ts';
import { never } from '../never.ts';

const text = 'sessions:\n  one:\n    status: running\n';
const { signal } = new AbortController();
const noJob = (): Promise<void> => Promise.reject(new Error('no job was submitted'));

/** Makes a writer that puts the number of its plan into the entry. */
async function world(underLock?: (file: RegistryFile) => RegistryFile['underLock']) {
  const { file, folder, path } = await scratchRegistry(text);
  const log = new FileLog({
    dir: join(folder, 'state'),
    registryPath: path,
    place: 'here',
    now: Date.now,
    warn: () => undefined,
  });
  const registryFile = underLock === undefined ? file : { ...file, underLock: underLock(file) };
  let plans = 0;
  const plan = async (readRegistry: ReadRegistry): Promise<Change> => {
    const { position } = await log.ledger();
    const read = await readRegistry({ knowsEntries: true, registered: new Set(), mayCache: false });
    if (read.kind !== 'read') throw new Error('not read');
    await settleIntended(log, file, read, noJob);
    plans += 1;
    const entry = { session: 'one', socket: null };
    const edit: Edit = { op: 'set', entry, path: ['plan'], from: undefined, to: plans };
    const prepared = await file.prepare(read, [edit]);
    return {
      read,
      position,
      prepared,
      intent: { drifts: [], edits: [edit] },
      events: [{ kind: 'entries', count: plans }],
    };
  };
  return {
    path,
    dir: join(folder, 'state'),
    log,
    plan,
    file,
    commit: async () => commit({ log, registryFile }, await plan(file.read), plan, signal),
    read: () => readFileSync(path, 'utf8'),
    kinds: async () => (await log.read()).map(({ kind }) => kind),
  };
}

type Work = (held: HeldRegistry) => Promise<unknown>;

/** Makes a file that acts as soon as the lock is held, before the writer compares. */
function first(act: () => Promise<unknown> | void): (file: RegistryFile) => RegistryFile['underLock'] {
  return (file) => (work, abort) =>
    file.underLock(async (held) => {
      await act();
      return work(held);
    }, abort);
}

test('intent, rename, end, and what is told besides', async () => {
  const one = await world();
  expect(await one.commit()).toMatchObject({ written: true });
  expect(one.read()).toBe(`${text}    plan: 1\n`);
  expect(await one.kinds()).toEqual(['intended', 'applied', 'entries']);
});

test('where the text is another one, it is planned from anew while the lock is held', async () => {
  let locks = 0;
  const one = await world(
    first(() => {
      locks += 1;
      writeFileSync(one.path, `${text}    mine: 1\n`);
    }),
  );
  const { change } = await one.commit();
  expect(one.read()).toBe(`${text}    mine: 1\n    plan: 2\n`);
  expect(locks, 'the lock is taken once').toBe(1);
  expect(change.events).toEqual([{ kind: 'entries', count: 2 }]);
  expect(await one.kinds()).toEqual(['intended', 'intended', 'dropped', 'applied', 'entries']);
});

test('a plan that is made anew takes the place of the former one in one write: a kill finds one of them open', async () => {
  const one = await world(first(() => writeFileSync(one.path, `${text}    mine: 1\n`)));
  const appended: string[][] = [];
  const { append } = one.log;
  one.log.append = (events) => {
    appended.push(events.map(({ kind }) => kind));
    return append.call(one.log, events);
  };
  await one.commit();
  expect(appended).toEqual([['intended'], ['intended', 'dropped'], ['applied', 'entries']]);
});

test('a repair that is taken back while another process waits for the lock is not made again by it', async () => {
  const one = await world(
    first(() =>
      one.log.append([{ kind: 'undone', drift: 'd', key: 'k', session: 'one', entryId: named('one'), textHash: 'x' }]),
    ),
  );
  await one.commit();
  expect(one.read(), 'planned anew, although the text is the same').toBe(`${text}    plan: 2\n`);
});

test('what a killed writer began is ended before anything is written', async () => {
  const orphan = { drifts: [], edits: [], before: 'b', after: 'a', entryHashes: {}, undo: null };
  const by = { pid: 4_194_301, start: '1' };
  const one = await world(first(() => one.log.append([{ kind: 'intended', ...orphan, by }])));
  await one.commit();
  expect(one.read()).toBe(`${text}    plan: 2\n`);
  expect(await one.log.unsettled()).toEqual([]);
});

test('a write that a host with a clock ahead took for that of a dead process is told all the same', async () => {
  const one = await world(
    first(async () => {
      const now = (): number => Date.now() + 3_600_000;
      const there = { dir: one.dir, registryPath: one.path, place: 'there', now, warn: () => undefined };
      const of = (await new FileLog(there).unsettled())[0]?.event ?? '';
      await one.log.append([{ kind: 'dropped', of, reason: 'the writer died before the swap' }]);
    }),
  );
  await one.commit();
  expect(await one.kinds()).toEqual(['intended', 'dropped', 'intended', 'applied', 'entries']);
  const events = await one.log.read();
  expect(events[3]).toMatchObject({ of: events[2]?.event });
});

test('a write that is still to come is not ended by a pass of the same process', async () => {
  const one = await world(
    first(async () => {
      const read = await one.file.read({ knowsEntries: true, registered: new Set(), mayCache: false });
      if (read.kind !== 'unreadable') await settleIntended(one.log, one.file, read, noJob);
    }),
  );
  await one.commit();
  expect(await one.kinds()).toEqual(['intended', 'applied', 'entries']);
});

test('a writer who keeps to no lock and never rests: nothing is written, and the lock is given back', async () => {
  let changes = 0;
  const one = await world((file) => (work, abort) => {
    const changing = (held: HeldRegistry): HeldRegistry => ({
      ...held,
      swap: (...given) => {
        writeFileSync(file.path, `${text}    mine: ${(changes += 1)}\n`);
        return held.swap(...given);
      },
    });
    return file.underLock((held) => work(changing(held)), abort);
  });
  await expect(one.commit()).rejects.toMatchObject({ code: 3, message: expect.stringContaining('kept changing') });
  expect(one.read()).toBe(`${text}    mine: 5\n`);
  expect((await one.kinds()).filter((kind) => kind !== 'intended')).toEqual(Array(5).fill('dropped'));
  const again: Work = () => Promise.resolve();
  await one.file.underLock(again, never);
});

test('a file that is being written in place is read under the lock before it is called unreadable', async () => {
  const one = await world();
  // A real flock: the other writer has written half of the file, and goes on once this writer waits.
  const script = `exec 9>>"$1.lock"; flock 9; printf 'sessions:\n  one: {' > "$1"; echo half; read -r _; printf ' status: running }\n' >> "$1"`;
  const writer = spawn('bash', ['-c', script, 'bash', one.path], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  const read = one.file.read({ knowsEntries: true, registered: new Set(), mayCache: false });
  const early = await Promise.race([read, new Promise((resolve) => setImmediate(() => resolve('waits')))]);
  expect(early).toBe('waits');
  writer.stdin.end('go on\n');
  expect(await read).toMatchObject({ kind: 'read', text: 'sessions:\n  one: { status: running }\n' });
});
