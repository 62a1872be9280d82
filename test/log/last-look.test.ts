import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { emptyLastLook, type EntryMemory, type LastLook } from '../../src/core/memory.ts';
import { makeLastLookStore } from '../../src/log/last-look.ts';

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
const look: LastLook = {
  bootId: 'boot-1',
  entries: { one: memory, two: { ...memory, workspace: 'two words' }, none: { ...memory, workspace: null } },
  sessions: { key: { name: 'one', since: 1 } },
  blind: {},
  elsewhere: [],
};

function scratch() {
  const cacheDir = mkdtempSync(join(tmpdir(), 'asm-look-'));
  onTestFinished(() => rmSync(cacheDir, { recursive: true }));
  const warned: string[] = [];
  const warn = (line: string): void => void warned.push(line);
  return { cacheDir, warned, store: () => makeLastLookStore({ cacheDir, registryPath: '/registry.yaml', warn }) };
}

test('one file a workspace; what was saved is loaded, by this process or the next', async () => {
  const { cacheDir, store } = scratch();
  const one = store();
  expect(await one.load()).toEqual(emptyLastLook);
  await one.save(look, await one.load());
  expect(readdirSync(cacheDir).toSorted()).toEqual(['.state', 'lab.state', 'two%20words.state']);
  expect(await one.load()).toEqual(look);
  expect(await store().load()).toEqual(look);
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

test('what another process saved, or somebody deleted, is seen', async () => {
  const { cacheDir, store } = scratch();
  const [one, other] = [store(), store()];
  await one.save(look, await one.load());
  const before = await other.load();
  await one.save({ ...look, entries: { ...look.entries, one: { ...memory, textHash: 'next' } } }, await one.load());
  expect((await other.load()).entries['one']?.textHash).toBe('next');
  expect(readFileSync(join(cacheDir, 'lab.state'), 'utf8')).toContain('next');
  for (const name of readdirSync(cacheDir)) rmSync(join(cacheDir, name));
  expect(await other.load()).toEqual(emptyLastLook);
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
    expect.stringMatching(/^the last look could not be kept, the next one knows less: E\w+: /),
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

test('two registries that share a workspace lose nothing of each other', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'asm-look-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const script = `
    import { makeLastLookStore } from ${JSON.stringify(new URL('../../src/log/last-look.ts', import.meta.url).href)};
    const memory = { workspace: 'shop', textSince: 1, seen: null, agent: null, shellSince: null, formerVisibleStatus: null };
    const look = (count) => ({ bootId: String(count), entries: { a: { ...memory, textHash: String(count) } }, sessions: {}, blind: {}, elsewhere: [] });
    const store = makeLastLookStore({ cacheDir: process.argv[1], registryPath: process.argv[2], warn: () => undefined });
    let lost = 0;
    for (let count = 1; count <= 150; count += 1) {
      await store.save(look(count), look(count - 1));
      const { bootId, entries } = await store.load();
      if (bootId !== String(count) || entries.a?.textHash !== String(count)) lost += 1;
    }
    console.log(lost);`;
  const shop = { ...look, entries: { one: { ...memory, workspace: 'shop' } } };
  // From the first time on that one sees the other.
  await makeLastLookStore({ cacheDir: dir, registryPath: '/three', warn: () => undefined }).save(shop, emptyLastLook);
  const writer = (registry: string): Promise<{ stdout: string }> =>
    run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dir, registry]);
  const both = await Promise.all([writer('/one'), writer('/two')]);
  expect(both.map(({ stdout }) => Number(stdout))).toEqual([0, 0]);
  expect(readdirSync(dir).toSorted()).toEqual(['.state', 'shop.state']);
}, 60_000);
