import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyLastLook, type EntryMemory, type LastLook } from '../../src/core/memory.ts';
import { makeLastLookStore } from '../../src/log/last-look.ts';

const memory: EntryMemory = {
  workspace: 'lab',
  textHash: 'text',
  textSince: 1,
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
};

function scratch(): { readonly cacheDir: string; readonly store: () => ReturnType<typeof makeLastLookStore> } {
  const cacheDir = mkdtempSync(join(tmpdir(), 'asm-look-'));
  onTestFinished(() => rmSync(cacheDir, { recursive: true }));
  return { cacheDir, store: () => makeLastLookStore({ cacheDir, registryPath: '/registry.yaml' }) };
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
