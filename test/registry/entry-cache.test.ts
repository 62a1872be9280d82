import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { idsBy } from '../../src/core/model/agent.ts';
import { makeEntryCache } from '../../src/registry/entry-cache.ts';
import { anEntry } from '../core/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'asm-entries-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('gives the next process the entries as they were read: ids that are absent, empty and there', () => {
  const path = join(dir, 'entries.json');
  const values = [undefined, null, '87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63'].values();
  const entries = [anEntry('shop-creator-claude', { ids: idsBy(agentFacts, () => values.next().value) })];

  makeEntryCache(path, agentFacts).save('hash', entries);

  expect(makeEntryCache(path, agentFacts).load('hash')).toStrictEqual(entries);
  expect(makeEntryCache(path, agentFacts).load('other')).toBeNull();
  expect(makeEntryCache(path, agentFacts.slice(1)).load('hash')).toBeNull();
});
