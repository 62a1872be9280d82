import { expect, test } from 'vitest';
import { scratchRegistry } from './scratch-registry.ts';

async function terminatedAt(text: string): Promise<number | null | undefined> {
  const registry = await scratchRegistry(`sessions:\n  one:\n    status: terminated\n    terminated_at: ${text}\n`);
  const read = await registry.file.read({ knowsEntries: false, ours: new Set(), mayCache: false });
  return read.kind === 'read' ? read.registry.entries[0]?.terminatedAt : undefined;
}

test('a time is read with its zone or as UTC', async () => {
  const at = Date.parse('2026-07-01T09:00:00Z');
  for (const text of ['2026-07-01T09:00:00Z', '2026-07-01T11:00:00+02:00', '2026-07-01 09:00', '2026-07-01T09:00:00']) {
    expect(await terminatedAt(text)).toBe(at);
  }
});

test('a status that is another word is read beside ours', async () => {
  const registry = await scratchRegistry(
    'sessions:\n  one: { status: paused }\n  two: { status: running }\n  three: {}\n',
  );
  const read = await registry.file.read({ knowsEntries: false, ours: new Set(), mayCache: false });
  const entries = read.kind === 'read' ? read.registry.entries : [];
  expect(entries.map(({ status, otherStatus }) => [status, otherStatus])).toEqual([
    [null, 'paused'],
    ['running', null],
    [null, null],
  ]);
});

test('a day without a time tells none: it is not taken for its midnight', async () => {
  for (const text of ['2026-07-01', '2026-07', '2026', 'July 1 2026', 'today', 'null']) {
    expect(await terminatedAt(text)).toBeNull();
  }
});
