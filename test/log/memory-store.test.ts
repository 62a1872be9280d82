import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { emptyMemory, type EntryMemory, type Memory } from '../../src/core/model/memory.ts';
import { FileMemoryStore } from '../../src/log/memory-store.ts';
import { named } from '../named.ts';
import { nodeWords } from '../run-source.ts';

const run = promisify(execFile);

const memory: EntryMemory = {
  workspace: 'lab',
  textHash: 'text',
  textSince: 1,
  bootId: null,
  seen: null,
  agent: null,
  shellSince: null,
  formerVisibleStatus: null,
};
const look: Memory = {
  bootId: 'boot-1',
  entries: {
    [named('one')]: memory,
    [named('two')]: { ...memory, workspace: 'two words' },
    [named('none')]: { ...memory, workspace: null },
  },
  sessions: { key: { name: 'one', since: 1 } },
  blind: {},
  foreignConversations: ['a-conversation'],
};

function scratch() {
  const cacheDir = mkdtempSync(join(tmpdir(), 'asm-look-'));
  onTestFinished(() => rmSync(cacheDir, { recursive: true }));
  const warned: string[] = [];
  const warn = (line: string): void => void warned.push(line);
  return {
    cacheDir,
    warned,
    store: (bootId: string | null = null, place = 'here', stateDir = '/state') =>
      new FileMemoryStore({ cacheDir, registryPath: '/registry.yaml', place, stateDir, bootId, warn }),
  };
}

test('one file a workspace; what was saved is loaded, by this process or the next', async () => {
  const { cacheDir, store } = scratch();
  const one = store();
  expect(await one.load()).toEqual(emptyMemory);
  await one.save(look, await one.load());
  expect(readdirSync(cacheDir).toSorted()).toEqual(['.state', 'lab.state', 'two%20words.state']);
  expect(await one.load()).toEqual(look);
  expect(await store().load()).toEqual(look);
});

test('a session may have any name', async () => {
  const { store } = scratch();
  const names = [named('__proto__'), named('constructor'), named('one')];
  const entries = Object.fromEntries(names.map((name) => [name, memory]));
  expect(await store().save({ ...look, entries }, emptyMemory)).toBeNull();
  expect(Object.keys((await store().load()).entries)).toEqual(names);
});

test.each([
  ['in a script whose letters are long in percent-encoding', '店舗'.repeat(20)],
  ['that is too long for a file', 'x'.repeat(300)],
  ['that holds half a surrogate pair', 'half \ud800'],
])('a workspace may have a name %s', async (_, workspace) => {
  const { store, warned } = scratch();
  const entries = { [named('one')]: { ...memory, workspace }, [named('two')]: memory };
  expect([await store().save({ ...look, entries }, emptyMemory), warned]).toEqual([null, []]);
  expect((await store().load()).entries).toEqual(entries);
});

test('the file names conversations of others as 0.1.0 does', async () => {
  const { cacheDir, store } = scratch();
  const one = store();
  await one.save(look, await one.load());
  expect(readFileSync(join(cacheDir, '.state'), 'utf8')).toContain('"elsewhere":["a-conversation"]');
});

test('no file is left of a workspace without an entry, but for the memory of another place', async () => {
  const { cacheDir, store } = scratch();
  const [one, other] = [store(), store(null, 'there')];
  await one.save(look, await one.load());
  await other.save({ ...look, entries: { [named('one')]: memory } }, await other.load());
  await one.save({ ...look, entries: {} }, await one.load());
  expect(readdirSync(cacheDir).toSorted()).toEqual(['.state', 'lab.state']);
  expect((await store(null, 'there').load()).entries).toEqual({ [named('one')]: memory });
  expect((await store().load()).entries).toEqual({});
  await other.save({ ...look, entries: {} }, await other.load());
  expect(readdirSync(cacheDir)).toEqual(['.state']);
});

test('the files that an earlier version emptied are removed; what cannot be read is left alone', async () => {
  const { cacheDir, store } = scratch();
  await store().save(look, emptyMemory);
  writeFileSync(join(cacheDir, 'gone.state'), '{}');
  writeFileSync(join(cacheDir, 'torn.state'), '{');
  const one = store();
  await one.save({ ...look, entries: {} }, await one.load());
  expect(readdirSync(cacheDir).toSorted()).toEqual(['.state', 'torn.state']);
});

test('unchanged it is the very same look, and nothing is written', async () => {
  const { cacheDir, store } = scratch();
  const one = store();
  await one.save(look, await one.load());
  const loaded = await one.load();
  expect(await one.load()).toBe(loaded);
  rmSync(join(cacheDir, 'lab.state'));
  await one.save(loaded, loaded);
  expect(readdirSync(cacheDir)).not.toContain('lab.state');
});

test('what another process saved, or a user deleted, is seen', async () => {
  const { cacheDir, store } = scratch();
  const [one, other] = [store(), store()];
  await one.save(look, await one.load());
  const before = await other.load();
  await one.save(
    { ...look, entries: { ...look.entries, [named('one')]: { ...memory, textHash: 'next' } } },
    await one.load(),
  );
  expect((await other.load()).entries[named('one')]?.textHash).toBe('next');
  expect(readFileSync(join(cacheDir, 'lab.state'), 'utf8')).toContain('next');
  for (const name of readdirSync(cacheDir)) rmSync(join(cacheDir, name));
  expect(await other.load()).toEqual(emptyMemory);
  expect(before).toEqual(look);
});

test('what cannot be saved is said once and remembered by the process alone, until it can be saved', async () => {
  const { cacheDir, warned, store } = scratch();
  const away = `${cacheDir}.away`;
  renameSync(cacheDir, away);
  writeFileSync(cacheDir, '');
  const one = store();
  expect(await one.save(look, await one.load())).toMatch(/^E\w+: /);
  const kept = await one.load();
  expect(kept).toEqual(look);
  expect(await one.save(kept, kept)).toMatch(/^E\w+: /);
  expect(warned).toEqual([
    expect.stringMatching(/^the memory of this pass could not be kept, the next pass knows less: E\w+: /),
    `make ${cacheDir} writable, make room on its disk, or set XDG_CACHE_HOME`,
  ]);
  rmSync(cacheDir);
  renameSync(away, cacheDir);
  const still = await one.load();
  expect(still).toBe(kept);
  expect(await one.save(still, still)).toBeNull();
  expect(await store().load()).toEqual(look);
  expect(warned).toHaveLength(2);
});

test('the look of another place that shares the folder is none of ours, and lost by neither', async () => {
  const { store } = scratch();
  const [here, there] = [store(null, 'here'), store(null, 'there')];
  await here.save(look, await here.load());
  expect(await there.load()).toEqual(emptyMemory);
  await there.save({ ...look, bootId: 'boot-2' }, await there.load());
  expect((await here.load()).bootId).toBe('boot-1');
  expect((await store(null, 'there').load()).bootId).toBe('boot-2');
});

test('the look of another state folder is none of ours; one from before state folders counted is taken over', async () => {
  const { cacheDir, store } = scratch();
  const [one, two] = [store(null, 'here', '/one'), store(null, 'here', '/two')];
  await one.save(look, await one.load());
  expect(await two.load()).toEqual(emptyMemory);
  await two.save({ ...look, bootId: 'boot-2' }, await two.load());
  expect((await one.load()).bootId).toBe('boot-1');

  rmSync(cacheDir, { recursive: true });
  await one.save(look, emptyMemory);
  for (const name of readdirSync(cacheDir)) {
    const path = join(cacheDir, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(@here)@\w+/g, '$1'));
  }
  const next = store(null, 'here', '/one');
  expect(await next.load()).toEqual(look);
  await next.save({ ...look, bootId: 'boot-2' }, look);
  expect(await store(null, 'here', '/one').load()).toEqual({ ...look, bootId: 'boot-2' });
  expect(await store(null, 'here', '/two').load()).toEqual(emptyMemory);
});

test('a state folder has one memory, by whichever link it is reached, and before it is made', async () => {
  const { cacheDir, store } = scratch();
  const link = join(cacheDir, 'link');
  symlinkSync(mkdtempSync(join(cacheDir, 'home-')), link);
  const below = (folder: string): string => join(folder, 'state', 'b4be3c84');
  await store(null, 'here', below(link)).save(look, emptyMemory);
  mkdirSync(below(link), { recursive: true });
  expect(await store(null, 'here', below(realpathSync(link))).load()).toEqual(look);
  expect(await store(null, 'here', below(link)).load()).toEqual(look);
});

test('the look of 0.1.0, which knew no places, is taken over whole while the machine has not booted since', async () => {
  const { cacheDir, store } = scratch();
  await store().save(look, emptyMemory);
  const rename = (name: string) => {
    const path = join(cacheDir, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/@here@\w+/g, ''));
  };
  for (const name of readdirSync(cacheDir)) rename(name);
  expect(await store(null).load()).toEqual(emptyMemory);
  expect(await store('boot-2').load()).toEqual(emptyMemory);
  const one = store('boot-1');
  const taken = await one.load();
  expect(taken).toEqual(look);
  const one1 = { ...memory, textHash: 'next' };
  await one.save({ ...taken, entries: { ...taken.entries, [named('one')]: one1 } }, taken);
  expect(await store().load()).toEqual({ ...look, entries: { ...look.entries, [named('one')]: one1 } });
});

test('two registries that share a workspace lose nothing of each other', async () => {
  const { cacheDir: dir } = scratch();
  const { cacheDir: begun } = scratch();
  const script = `
    import { existsSync, writeFileSync } from 'node:fs';
    import { FileMemoryStore } from './src/log/memory-store.ts';
    const memory = { workspace: 'shop', textSince: 1, seen: null, agent: null, shellSince: null, formerVisibleStatus: null };
    const look = (count) => ({ bootId: String(count), entries: { a: { ...memory, textHash: String(count) } }, sessions: {}, blind: {}, foreignConversations: [] });
    const [cacheDir, begun, registryPath, other] = process.argv.slice(1);
    // However long one of them is stopped, the lock is its own.
    const lock = { waitMs: 120_000, staleMs: 120_000 };
    const store = new FileMemoryStore({ cacheDir, registryPath, place: 'here', stateDir: '/state', bootId: null, warn: () => undefined, lock });
    // Both begin at the same time.
    writeFileSync(begun + registryPath, '');
    while (!existsSync(begun + other)) await new Promise((resolve) => setImmediate(resolve));
    let lost = 0;
    for (let count = 1; count <= 150; count += 1) {
      await store.save(look(count), look(count - 1));
      const { bootId, entries } = await store.load();
      if (bootId !== String(count) || entries.a?.textHash !== String(count)) lost += 1;
    }
    console.log(lost);`;
  const shop = { ...look, entries: { one: { ...memory, workspace: 'shop' } } };
  // The lock is taken from the first time on that one process sees the other.
  await new FileMemoryStore({
    cacheDir: dir,
    registryPath: '/three',
    place: 'here',
    stateDir: '/state',
    bootId: null,
    warn: () => undefined,
  }).save(shop, emptyMemory);
  const writer = (registry: string, other: string): Promise<{ stdout: string }> =>
    run(process.execPath, nodeWords(script, dir, begun, registry, other));
  const both = await Promise.all([writer('/one', '/two'), writer('/two', '/one')]);
  expect(both.map(({ stdout }) => Number(stdout))).toEqual([0, 0]);
  expect(readdirSync(dir).toSorted()).toEqual(['.state', 'shop.state']);
}, 180_000);
