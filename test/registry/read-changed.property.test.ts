import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readChanged, type ReadEntries } from '../../src/registry/read-changed.ts';
import { partOf, propertyRuns } from '../core/property-runs.ts';
import {
  draft,
  entry,
  head,
  parsed,
  readWhole,
  samples,
  style,
  tail,
  textOfDraft,
  type Draft,
} from './made-up-texts.ts';

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
  await fc.assert(
    fc.asyncProperty(draft, fc.array(change, { minLength: 1, maxLength: 6 }), style, async (first, wanted, how) => {
      const textOf = (draft: Draft): string => textOfDraft(draft, how);
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
    for (const one of partOf([...texts], 1 / 4)) await compare(last, one);
  }
});
