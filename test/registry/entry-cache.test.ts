import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as written } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { idsBy } from '../../src/core/model/agent.ts';
import { makeEntryCache } from '../../src/registry/entry-cache.ts';
import { readSource } from '../../src/registry/read-source.ts';
import { hashOf } from '../../src/system/hash.ts';
import { isObject, jsonIn } from '../../src/system/json.ts';
import { parseSource } from '../../src/yaml/source.ts';
import { anEntry } from '../core/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'asm-entries-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Returns what a cache holds behind the line of its own hash. */
function storedIn(path: string): Readonly<Record<string, unknown>> {
  const stored = jsonIn(readFileSync(path, 'utf8').split('\n')[1] ?? '');
  if (!isObject(stored)) throw new Error('the cache is no object');
  return stored;
}

test('gives the next process the entries as they were read: ids that are absent, empty and there', async () => {
  const path = join(dir, 'entries.json');
  const values = [undefined, null, '87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63'].values();
  const entries = [anEntry('shop-creator-claude', { ids: idsBy(agentFacts, () => values.next().value) })];

  makeEntryCache(path, agentFacts).save('hash', { entries, blocks: null });
  await written();

  expect(makeEntryCache(path, agentFacts).load('hash')).toStrictEqual(entries);
  expect(makeEntryCache(path, agentFacts).load('other')).toBeNull();
  expect(makeEntryCache(path, agentFacts.slice(1)).load('hash')).toBeNull();
});

test('a file that was changed since it was written is no cache, also under the hash of the text', async () => {
  const path = join(dir, 'changed.json');
  const entries = [anEntry('shop-creator-claude', { status: 'running' })];
  makeEntryCache(path, agentFacts).save('hash', { entries, blocks: null });
  await written();
  expect(makeEntryCache(path, agentFacts).load('hash')).toMatchObject([{ status: 'running' }]);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"status":"running"', '"status":"terminated"'));
  expect(makeEntryCache(path, agentFacts).load('hash')).toBeNull();
});

test('is of another schema when a text is read as something else', async () => {
  const folder = join(import.meta.dirname, 'corpus/legal');
  const entries = readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const source = parseSource(readFileSync(join(folder, name), 'utf8'));
      const read = readSource(source, agentFacts, new Set());
      return read.kind === 'read' ? read.entries : [];
    });
  const path = join(dir, 'schema.json');
  makeEntryCache(path, agentFacts).save('hash', { entries, blocks: null });
  await written();

  const stored = storedIn(path);

  // If the second differs, raise the schema: else entries that were read by the last release stay as they were read.
  expect({ schema: stored['schema'], read: hashOf(JSON.stringify(stored['entries']), 8) }).toEqual({
    schema: '14 claude agy codex opencode',
    read: 'e08c45c9',
  });
});
