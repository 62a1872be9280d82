import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import type { Edit, Value } from '../../src/core/model/drift.ts';
import { keyOf, type EntryKey } from '../../src/core/model/entry.ts';
import { prepareText } from '../../src/registry/prepare.ts';
import { prepareChanged } from '../../src/registry/prepare-changed.ts';
import { parseSource } from '../../src/yaml/source.ts';
import { propertyRuns } from '../core/property-runs.ts';
import { draft, readWhole, samples, style, textOfDraft } from './made-up-texts.ts';

const value: fc.Arbitrary<Value> = fc.constantFrom('terminated', 'a: b', '007', "it's", '', 12, true, null);
const path = fc.constantFrom(['status'], ['terminated_at'], ['note'], ['pane', 'pid'], ['claude_session_id_own']);
const list = fc.constantFrom(['previous_session_ids'], ['note']);
const name = fc.constantFrom('new', 'two', '007', 'null', "it's");
const fields = fc.constantFrom({ status: 'running' }, { agent: 'claude', pane: { pid: 7 } });
const edit = fc.oneof(
  fc.record({ op: fc.constant('set' as const), at: fc.nat(), path, to: value }),
  fc.record({ op: fc.constant('prepend' as const), at: fc.nat(), path: list, to: value }),
  fc.record({ op: fc.constant('register' as const), name, fields }),
);
type AnEdit = typeof edit extends fc.Arbitrary<infer One> ? One : never;

let [prepared, byChange] = [0, 0];

/** Prepares the edits in the blocks that they need, and compares with the whole text. */
function compare(text: string, wanted: readonly AnEdit[]): void {
  const read = readWhole(text);
  if (read?.blocks == null || read.entries.length === 0) return;
  const { entries } = read;
  const keys: readonly EntryKey[] = entries.map(keyOf);
  const edits = wanted.map((one): Edit => {
    if (one.op === 'register') return { op: one.op, entry: { session: one.name, socket: null }, fields: one.fields };
    const entry = keys[one.at % keys.length] ?? { session: 'none', socket: null };
    if (one.op === 'prepend') return { op: one.op, entry, path: one.path, item: { id: one.to } };
    return { op: one.op, entry, path: one.path, from: undefined, to: one.to };
  });
  prepared += 1;
  const short = prepareChanged(text, entries, edits, agentFacts);
  if (short === null) return;
  byChange += 1;
  expect(short).toStrictEqual(prepareText(parseSource(text), edits, agentFacts).prepared);
}

const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

test('what is prepared in the blocks of the edited entries is what the whole text gives', () => {
  fc.assert(
    fc.property(draft, style, edits, (one, how, wanted) => compare(textOfDraft(one, how), wanted)),
    propertyRuns(500),
  );
  // Else it would only say that the whole text is taken each time.
  expect(byChange / prepared).toBeGreaterThan(0.3);
});

test('the same holds for the texts of the corpus', () => {
  fc.assert(fc.property(fc.constantFrom(...samples), edits, compare), propertyRuns(500));
});

test('an entry to edit that is not there, and one to register that is, are left to the whole text', () => {
  const text = 'sessions:\n  one: {}\n  two: {}\n';
  const entries = readWhole(text)?.entries ?? [];
  const there = { session: 'two', socket: null };
  const set: Edit = { op: 'set', entry: there, path: ['status'], from: undefined, to: 'running' };
  const of = (one: Edit) => prepareChanged(text, entries, [set, one], agentFacts);
  expect(of({ ...set, entry: { session: 'three', socket: null } })).toBeNull();
  expect(of({ op: 'register', entry: there, fields: {} })).toBeNull();
  expect(of(set)?.text).toBe('sessions:\n  one: {}\n  two: { status: running }\n');
});
