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

/** Prepares the edits in the blocks that they need, and compares with the whole text. @returns whether it can be done */
function compare(text: string, edits: readonly Edit[]): boolean {
  const read = readWhole(text);
  if (read?.blocks == null || read.entries.length === 0) return false;
  const short = prepareChanged(text, read.entries, edits, agentFacts);
  if (short !== null) expect(short).toStrictEqual(prepareText(parseSource(text), edits, agentFacts).prepared);
  return short !== null;
}

function compareAny(text: string, wanted: readonly AnEdit[]): void {
  const entries = readWhole(text)?.entries ?? [];
  const keys: readonly EntryKey[] = entries.map(keyOf);
  const edits = wanted.map((one): Edit => {
    if (one.op === 'register') return { op: one.op, entry: { session: one.name, socket: null }, fields: one.fields };
    const entry = keys[one.at % keys.length] ?? { session: 'none', socket: null };
    if (one.op === 'prepend') return { op: one.op, entry, path: one.path, item: { id: one.to } };
    return { op: one.op, entry, path: one.path, from: undefined, to: one.to };
  });
  if (entries.length > 0) prepared += 1;
  if (compare(text, edits)) byChange += 1;
}

const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

test('what is prepared in the blocks of the edited entries is what the whole text gives', () => {
  fc.assert(
    fc.property(draft, style, edits, (one, how, wanted) => compareAny(textOfDraft(one, how), wanted)),
    propertyRuns(500),
  );
  // Else it would only say that the whole text is taken each time.
  expect(byChange / prepared).toBeGreaterThan(0.3);
});

test('the same holds for the texts of the corpus', () => {
  fc.assert(fc.property(fc.constantFrom(...samples), edits, compareAny), propertyRuns(500));
});

const set = (session: string): Edit => ({
  op: 'set',
  entry: { session, socket: null },
  path: ['status'],
  from: undefined,
  to: 'terminated',
});
const register = (session: string): Edit => ({
  op: 'register',
  entry: { session, socket: null },
  fields: { agent: 'x' },
});

test.each([
  ['an entry is edited', ['  one: {}', '  two: {}', '  three: {}'], [set('two')], true],
  ['two are, and one is new', ['  one: {}', '  two:', '    a: 1', '  three: {}'], [set('two'), register('new')], true],
  ['an empty line parts the last two', ['  one: {}', '', '  two: {}', '  # end'], [register('new')], true],
  ['no entry has that name', ['  one: {}', '  two: {}'], [set('two'), set('three')], false],
  ['the new entry is there', ['  one: {}', '  two: {}', '  three: {}'], [register('one')], false],
  ['others end in CRLF', ['  one: {}\r', '  two:', '    a: 1'], [set('two')], false],
  ['half typed ones stand last', ['  one: { a: 1 }', '  two:', '  three:'], [register('new')], false],
  ['an edit is refused', ['  one: {}', '  two:', '  three: {}'], [set('one'), set('two')], false],
  ['one has an anchor', ['  one: &a {}', '  two: {}'], [set('two')], false],
] as const)('where %s, the whole text gives the same', (_, lines, edits, canBe) => {
  expect(compare(`sessions:\n${lines.join('\n')}\n`, edits)).toBe(canBe);
});
