import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import type { EntryKey } from '../../src/core/model/entry.ts';
import { scratchRegistry, wholeRepair } from './scratch-registry.ts';

const corpus = join(import.meta.dirname, 'corpus');
const files = await readdir(join(corpus, 'legal'));

const now = '2026-07-01T09:00:00Z';

const terminates = (entry: EntryKey): Edit[] => [
  { op: 'set', entry, path: ['status'], from: 'running', to: 'terminated' },
  { op: 'set', entry, path: ['terminated_at'], from: null, to: now },
  { op: 'set', entry, path: ['termination_mode'], from: null, to: 'auto-detected' },
];

const rotates = (entry: EntryKey): Edit[] => [
  { op: 'set', entry, path: ['agent_identities', 'claude', 'session_id'], from: undefined, to: 'b2' },
  { op: 'prepend', entry, path: ['previous_session_ids'], item: { id: 'a1', until: now, reason: '/clear' } },
  { op: 'set', entry, path: ['pane', 'pid'], from: null, to: 4711 },
  { op: 'set', entry, path: ['pane', 'cmd'], from: null, to: 'claude' },
];

const registers = (): Edit[] =>
  ['new-creator-claude', 'yes'].map((session) => ({
    op: 'register',
    entry: { session, socket: null },
    fields: {
      workspace: 'new',
      agent: 'claude',
      created_at: now,
      terminated_at: null,
      pane: { pid: 1, cmd: 'claude' },
    },
  }));

const cases = { terminates, rotates, registers };

test('the corpus holds at least thirty styles', () => {
  expect(files.length).toBeGreaterThanOrEqual(30);
});

for (const name of files) {
  test(`${name}: every other byte stays, and undo brings the old text back`, async () => {
    const bytes = await readFile(join(corpus, 'legal', name));
    const registry = await scratchRegistry(bytes);
    const read = await registry.file.read({ knowsEntries: false, registered: new Set(), mayCache: false });
    if (read.kind !== 'read') throw new Error(JSON.stringify(read));
    expect(read.text).toBe(bytes.toString('utf8'));
    const answers: string[] = [];
    for (const [what, edits] of Object.entries(cases)) {
      const entry = read.registry.entries.find((one) => one.session === 'one');
      if (entry === undefined && what !== 'registers') continue;
      const made = edits({ session: 'one', socket: entry?.socket ?? null });
      const prepared = await registry.file.prepare(read, made);
      const refused = prepared.refused.map(({ reason }) => `  refused: ${reason}`);
      answers.push([`${what}:`, ...refused, ...changedLines(read.text, prepared.text)].join('\n'));
      if (refused.length > 0) continue;
      const taken = await registry.file.takeBack(prepared.text, wholeRepair(prepared));
      if (taken.kind === 'refused') throw new Error(taken.reason);
      // An empty file would look like the work of a writer that has not ended.
      expect(taken.prepared.text).toBe(read.text || '\n');
    }
    await expect(`${answers.join('\n\n')}\n`).toMatchFileSnapshot(join(corpus, 'expected', `${name}.diff`));
  });
}

/** Returns the lines that differ, `-` before and `+` after; carriage returns are shown. */
function changedLines(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const common = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0));
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const same = old[row] === now[column];
      const cells = common[row] ?? [];
      cells[column] = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) [row, column] = [row + 1, column + 1];
    else if (row < old.length && (column === now.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(`-${old[row]}`);
      row += 1;
    } else {
      lines.push(`+${now[column]}`);
      column += 1;
    }
  }
  return lines.map((line) => line.replace('\r', '\\r'));
}
