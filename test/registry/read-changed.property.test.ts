import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { readChanged, type ReadEntries } from '../../src/registry/read-changed.ts';
import { hashesOfBlocks } from '../../src/registry/registry-blocks.ts';
import { readSource } from '../../src/registry/read-source.ts';
import { refuseText } from '../../src/registry/why-unreadable.ts';
import { parseSource } from '../../src/yaml/source.ts';
import { partOf, propertyRuns } from '../core/property-runs.ts';

/** Reads a text as a whole; `null`: it is refused. */
function parsed(text: string) {
  if (refuseText(text) !== null) return null;
  const read = readSource(parseSource(text), agentFacts, new Set());
  return read.kind === 'read' ? read : null;
}

function readWhole(text: string): ReadEntries | null {
  const read = parsed(text);
  return read && { entries: read.entries, blocks: read.blocks && hashesOfBlocks(read.blocks) };
}

/** Texts of the corpora, read as the parser reads them. */
const samples = ['legal', 'hostile'].flatMap((kind) => {
  const folder = join(import.meta.dirname, 'corpus', kind);
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
});

/** Fields as people and programs write them, and some that reach over lines, entries or documents. */
const fields = [
  'status: running',
  'status: terminated # by hand',
  'cwd: /home/me/a b',
  'pane: { pid: 12, cmd: claude, cwd: /w }',
  'previous_session_ids: [{ id: a1 }, b2]',
  'previous_session_ids:\n{in}  - id: a1\n{in}    until: 2026-07-01T09:00:00Z\n{in}  - b2',
  'previous_session_ids:\n{in}- a1',
  'agent_identities:\n{in}  claude:\n{in}    session_id: 87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63',
  'monitor: { ignore: false, pin: [] }',
  'monitor: a word',
  'pane: [1]',
  'tmux_socket: work',
  'note: |\n{in}  text: x\n\n{in}  # no comment\n',
  'note: |+\n{in}  kept\n\n',
  'note: >-\n{in}  folded\n\n{in}  more',
  'note: |1\n{in} one',
  'note: "two\n{in}  lines"',
  "note: 'two\n\n{in} lines'",
  'note: plain\n{in}  goes on',
  'note: { a: 1,\n{in}  b: [2,\n{in}  3] }',
  'note:',
  '? note\n{in}: value',
  '<<: { cwd: /merged }',
  'note: !!str 007',
  '"status": running',
  '# only a comment\n{in}cwd: ~',
  '',
];
const troubles = [
  'note: &a x',
  'note: *a',
  '<<: *a',
  'note: !mine x',
  'note: "open',
  'note: [open',
  'note: { open',
  'note: x: y',
  '\tnote: tab',
  'note:\tx',
  'note: x\r',
  'note: x\u2028y: z',
  'status: running\n{in}status: running',
  'note: %x',
  'note: }',
];

const line = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...fields) },
  { weight: 1, arbitrary: fc.constantFrom(...troubles) },
);
const gap = fc.constantFrom(
  '',
  '',
  '',
  '\n',
  '# at the margin\n',
  '  # as its neighbours\n',
  '      # deep\n\n',
  '\t\n',
  '  \n',
);
const name = fc.constantFrom('one', 'two', 'three', '"four"', 'null', '007', 'a b', "it's", 'ü');
const entry = fc.record({ name, lines: fc.array(line, { maxLength: 4 }), gap, open: fc.boolean() });
type AnEntry = typeof entry extends fc.Arbitrary<infer One> ? One : never;

const oddHead: fc.Arbitrary<string> = fc.constantFrom(
  '\ufeffsessions:\n',
  '%YAML 1.1\n---\nsessions:\n',
  '---\nsessions:\n',
  'base: &a { cwd: / }\nsessions:\n',
  'note: |\n  sessions:\nsessions:\n',
  '"sessions":\n',
  'sessions: !!map\n',
  'sessions: {\n',
);
const head = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('sessions:\n', 'version: 1\nsessions: # all\n\n  # the first\n') },
  { weight: 1, arbitrary: oddHead },
);
const oddTail: fc.Arbitrary<string> = fc.constantFrom('...\n', '---\nother: 1\n', '}\n');
const tail = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('', '', '# end', 'version: 1\n', 'more:\n  one: 1\n') },
  { weight: 1, arbitrary: oddTail },
);
const style = fc.record({
  indent: fc.constantFrom('  ', '    ', ''),
  list: fc.boolean(),
  crlf: fc.boolean(),
  end: fc.boolean(),
});

function written({ name, lines, gap, open }: AnEntry, { indent, list }: { indent: string; list: boolean }): string {
  const inside = `${indent}  `;
  const all = lines.map((one) => one.replaceAll('{in}', inside));
  if (list)
    return [`${indent}- ${open ? 'name' : 'session'}: ${name}`, ...all.map((one) => inside + one), gap].join('\n');
  if (all.length === 0) return `${indent}${name}: ${open ? '{ status: running }' : ''}\n${gap}`;
  return `${indent}${name}:\n${all.map((one) => `${inside}${one}\n`).join('')}${gap}`;
}

/** Changes of the entries, as people, programs and merges make them. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), entry }),
  fc.record({ kind: fc.constant('replace' as const), at: fc.nat(), entry }),
  fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('move' as const), at: fc.nat(), to: fc.nat() }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('head' as const), head }),
  fc.record({ kind: fc.constant('tail' as const), tail }),
);
type Change = typeof change extends fc.Arbitrary<infer One> ? One : never;

interface Draft {
  readonly head: string;
  readonly entries: AnEntry[];
  readonly tail: string;
}

function changed({ head, entries, tail }: Draft, change: Change): Draft {
  const at = 'at' in change ? change.at % Math.max(1, entries.length) : 0;
  const one = entries.slice(at, at + 1);
  const rest = entries.toSpliced(at, 1);
  switch (change.kind) {
    case 'insert':
      return { head, tail, entries: entries.toSpliced(at, 0, change.entry) };
    case 'replace':
      return { head, tail, entries: entries.toSpliced(at, 1, change.entry) };
    case 'delete':
      return { head, tail, entries: rest };
    case 'move':
      return { head, tail, entries: rest.toSpliced(change.to % (rest.length + 1), 0, ...one) };
    case 'double':
      return { head, tail, entries: entries.toSpliced(at, 0, ...one) };
    case 'head':
      return { head: change.head, entries, tail };
    case 'tail':
      return { head, entries, tail: change.tail };
  }
}

test('parses the head, what changed, and the tail; nothing if entries only left or moved', async () => {
  const one = '  one: {}\n  # two\n';
  const textOf = (...blocks: readonly string[]): string => ['version: 1\nsessions:\n', ...blocks, 'more: x\n'].join('');
  const last = readWhole(textOf(one, '  two: {}\n', '  three: {}\n', '  four: {}\n'));
  if (last === null) throw new Error('the text is refused');
  const parses: string[] = [];
  const read = async (text: string) => {
    const entries = await readChanged(text, last, (short) => {
      parses.push(short);
      return Promise.resolve(parsed(short));
    });
    return entries?.entries.map(({ session, line, misshapen }) => [session, line, ...misshapen.map((at) => at.line)]);
  };

  expect(await read(textOf(one, '  three: {}\n', '  two: {}\n', '  four: {}\n'))).toEqual([
    ['one', 3],
    ['three', 5],
    ['two', 6],
    ['four', 7],
  ]);
  expect(parses).toEqual([]);
  expect(await read(textOf(one, '  two:\n    pane: 1\n', '  four: {}\n'))).toEqual([
    ['one', 3],
    ['two', 5, 6],
    ['four', 7],
  ]);
  expect(parses).toEqual([textOf('  two:\n    pane: 1\n')]);
});

let [changes, byChange] = [0, 0];

/**
 * Reads the second text by what differs from the first, and compares with the whole.
 * @returns its entries; `null`: it cannot be read so
 */
async function compare(last: ReadEntries, text: string): Promise<ReadEntries | null> {
  const read = await readChanged(text, last, (short) => Promise.resolve(parsed(short)));
  changes += 1;
  if (read === null) return null;
  byChange += 1;
  expect(read).toStrictEqual(readWhole(text));
  return read;
}

test('entries that are read by change are those of the whole text, one change after the other', async () => {
  const draft = fc.record({ head, entries: fc.array(entry, { minLength: 1, maxLength: 5 }), tail });
  await fc.assert(
    fc.asyncProperty(draft, fc.array(change, { minLength: 1, maxLength: 6 }), style, async (first, wanted, how) => {
      const textOf = ({ head, entries, tail }: Draft): string => {
        const text = head + entries.map((one) => written(one, how)).join('') + tail;
        const ended = how.end ? text : text.replace(/\n$/, '');
        return how.crlf ? ended.replaceAll(/\r?\n/g, '\r\n') : ended;
      };
      let [now, last] = [first, readWhole(textOf(first))];
      for (const one of wanted) {
        now = changed(now, one);
        last = (last && (await compare(last, textOf(now)))) ?? readWhole(textOf(now)) ?? last;
      }
    }),
    propertyRuns(250),
  );
  // Else it would only say that the whole text is read each time.
  expect(byChange / changes).toBeGreaterThan(0.2);
});

const pieces = [
  '',
  ' ',
  '  ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '#',
  '"',
  "'",
  ':',
  ': ',
  '- ',
  '-',
  '{',
  '}',
  '[',
  ']',
  ',',
  '|',
  '>',
];
const wild = [
  '&a ',
  '*a',
  '<<: *a',
  '!!str ',
  '%',
  '---\n',
  '...\n',
  '\n  two: {}\n',
  '\n- name: x\n',
  '\0',
  '\ufeff',
  '\u2028',
  '? ',
];

test('the same holds for a change at any place of any text of the corpus', async () => {
  const put = fc.constantFrom(...pieces, ...wild);
  const edit = fc.record({ at: fc.nat(), drop: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)), put });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      async (sample, edits) => {
        let [text, last] = [sample, readWhole(sample)];
        for (const { at, drop, put } of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + put + text.slice(place + drop);
          last = (last && (await compare(last, text))) ?? readWhole(text) ?? last;
        }
      },
    ),
    propertyRuns(500),
  );
});

test('the same holds for each piece at every place', async () => {
  const text =
    'version: 1\nsessions: # all\n  # first\n  one:\n    status: running # x\n    note: |\n      a\n\n  two: { pane: [1] }\n' +
    "\n  three:\n    cwd: 'a\n      b'\n    previous_session_ids:\n    - a1\nmore: x\n";
  const list =
    'sessions:\n- name: one\n  note: >\n   a\n- session: two\n  pane: 1\n\n# c\n-   name: three\n    cwd: "x"\n';
  for (const sample of [text, list.replaceAll('\n', '\r\n')]) {
    const last = readWhole(sample);
    if (last === null) throw new Error('the sample is refused');
    const places = Array.from({ length: sample.length + 1 }, (_, place) => place);
    // Some are the same: a space more among spaces is one text, wherever it was put.
    const texts = new Set(
      places.flatMap((place) => [
        sample.slice(0, place) + sample.slice(place + 1),
        ...[...pieces, ...wild].map((piece) => sample.slice(0, place) + piece + sample.slice(place)),
      ]),
    );
    for (const one of partOf([...texts])) await compare(last, one);
  }
});
