import { expect, test } from 'vitest';
import type { Edit, Value } from '../../src/core/model/drift.ts';
import { scratchRegistry } from './scratch-registry.ts';

const entry = { session: 'one', socket: null };
const set = (path: string, to: Value): Edit => ({ op: 'set', entry, path: path.split('.'), from: undefined, to });

/** Returns the lines of the entry before and after the edits, or why the edits were refused. */
async function after(fields: string, ...edits: readonly Edit[]): Promise<string | readonly string[]> {
  const head = 'sessions:\n  one:\n';
  const registry = await scratchRegistry(`${head}${fields}`);
  const read = await registry.file.read({ knowsEntries: false, registered: new Set(), mayCache: false });
  if (read.kind !== 'read') throw new Error(JSON.stringify(read));
  const { text, refused } = await registry.file.prepare(read, edits);
  if (refused.length === 0) return text.replace(head, '');
  expect(text, 'nothing but what can be').toBe(read.text);
  return refused.map(({ reason }) => reason);
}

test.each([
  ['    status: !!str running\n', set('status', 'terminated'), '    status: !!str terminated\n'],
  ['    status: ! running # why\n', set('status', 'terminated'), '    status: ! terminated # why\n'],
  ['    own: !!str\n', set('own', 'a1'), '    own: !!str a1\n'],
  ['    own: !!str ""\n', set('own', 'a1'), '    own: !!str "a1"\n'],
  ['    pane: { pid: !!int 7 }\n', set('pane.pid', 8), '    pane: { pid: !!int 8 }\n'],
  ['    at: !!timestamp 2026-07-01\n', set('at', '2026-07-01T09:00:00Z'), '    at: !!timestamp 2026-07-01T09:00:00Z\n'],
  ['    pane: !!map\n      pid: 7\n', set('pane.pid', 8), '    pane: !!map\n      pid: 8\n'],
  ['    pane: !!map\n      pid: 7\n', set('pane', { pid: 8 }), '    pane: !!map { pid: 8 }\n'],
  ['    pane: !mine { pid: 7 }\n', set('pane.pid', 8), '    pane: !mine { pid: 8 }\n'],
])('a tag that fits the new value stays: %j', async (before, edit, expected) => {
  expect(await after(before, edit)).toBe(expected);
});

test.each([
  ['own', '!!null', '    own: !!null\n', set('own', 'a1')],
  ['own', '!!null', "    own: !!null ''\n", set('own', 'a1')],
  ['at', '!!timestamp', '    at: !!timestamp 2026-07-01\n', set('at', null)],
  ['status', '!secret', '    status: !secret running\n', set('status', 'terminated')],
  ['status', '!!str', '    status: !!str running\n', set('status', null)],
  ['pane.pid', '!!str', '    pane: { pid: !!str 7 }\n', set('pane.pid', 8)],
  ['pane.pid', '!!null', '    pane: !!null\n', set('pane.pid', 8)],
  ['list', '!!set', '    list: !!set { a }\n', { op: 'prepend', entry, path: ['list'], item: 'b' } as const],
])('%s with the tag %s, which its new value does not fit, is left as it is', async (path, tag, before, edit) => {
  expect(await after(before, edit)).toEqual([`${path} has the tag ${tag}, which the new value does not fit`]);
});

test('a tag on what an alias brings says nothing of what is written in its place', async () => {
  expect(await after('    base: &b !!null\n    own: *b\n', set('own', 'a1'))).toBe(
    '    base: &b !!null\n    own: a1\n',
  );
});

test('an id that is current again leaves the lineage; what a person wrote beside the others stays', async () => {
  const lineage = `    previous_session_ids: # mine
      - { id: AAAAAAAA-0000-4000-8000-000000000001, note: "the good one" } # back to it?
      # the long one
      - aaaaaaaa-0000-4000-8000-000000000002
      - until: yesterday
`;
  const prepend = (...dropping: readonly string[]): Edit => ({
    op: 'prepend',
    entry,
    path: ['previous_session_ids'],
    item: { id: 'new' },
    dropping,
  });
  expect(await after(lineage, prepend('aaaaaaaa-0000-4000-8000-000000000002'))).toBe(`    previous_session_ids: # mine
      - { id: new }
      - { id: AAAAAAAA-0000-4000-8000-000000000001, note: "the good one" } # back to it?
      - until: yesterday
`);
  expect(await after(lineage, prepend('aaaaaaaa-0000-4000-8000-000000000001'))).toBe(`    previous_session_ids: # mine
      - { id: new }
      # the long one
      - aaaaaaaa-0000-4000-8000-000000000002
      - until: yesterday
`);
});

test('words that hold nothing are written over in their place', async () => {
  const before = '    own: None # not yet\n    termination_mode: ""\n    previous_session_ids: n/a\n    pane: None\n';
  const item: Edit = { op: 'prepend', entry, path: ['previous_session_ids'], item: { id: 'x' } };
  expect(
    await after(before, set('own', 'a1'), set('termination_mode', 'auto-detected'), item, set('pane', { pid: 7 })),
  ).toBe(
    '    own: a1 # not yet\n    termination_mode: "auto-detected"\n    previous_session_ids: [ { id: x } ]\n    pane: { pid: 7 }\n',
  );
});
