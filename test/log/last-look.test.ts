import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { emptyLastLook, type LastLook } from '../../src/core/memory.ts';
import { makeLastLookStore } from '../../src/log/last-look.ts';

const run = promisify(execFile);

test('two registries that share a workspace lose nothing of each other', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'asm-look-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const script = `
    import { makeLastLookStore } from ${JSON.stringify(new URL('../../src/log/last-look.ts', import.meta.url).href)};
    const memory = { workspace: 'shop', textSince: 1, seen: null, agent: null, shellSince: null, formerVisibleStatus: null };
    const look = (count) => ({ bootId: String(count), entries: { a: { ...memory, textHash: String(count) } }, sessions: {}, blind: {} });
    const store = makeLastLookStore({ cacheDir: process.argv[1], registryPath: process.argv[2] });
    let lost = 0;
    for (let count = 1; count <= 150; count += 1) {
      await store.save(look(count), look(count - 1));
      const { bootId, entries } = await store.load();
      if (bootId !== String(count) || entries.a?.textHash !== String(count)) lost += 1;
    }
    console.log(lost);`;
  // From the first time on that one sees the other.
  const memory = { workspace: 'shop', textHash: '', textSince: 1, seen: null, agent: null, shellSince: null };
  const look: LastLook = { ...emptyLastLook, entries: { a: { ...memory, formerVisibleStatus: null } } };
  await makeLastLookStore({ cacheDir: dir, registryPath: '/three' }).save({ ...look, bootId: 'boot' }, emptyLastLook);
  const writer = (registry: string): Promise<{ stdout: string }> =>
    run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dir, registry]);
  const both = await Promise.all([writer('/one'), writer('/two')]);
  expect(both.map(({ stdout }) => Number(stdout))).toEqual([0, 0]);
  expect(readdirSync(dir).toSorted()).toEqual(['.state', 'shop.state']);
}, 60_000);
