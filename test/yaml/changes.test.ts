import { describe, expect, test } from 'vitest';
import { noChanges, treeAfter, valueAfter, withChange, type Change, type FieldChanges } from '../../src/yaml/change.ts';
import { edited, withChanges } from '../../src/yaml/edit.ts';
import { parseSource } from '../../src/yaml/source.ts';
import { treeOf } from '../../src/yaml/tree.ts';
import { writeInline, type Writable } from '../../src/yaml/write-value.ts';

function set(to: Writable): Change {
  return { kind: 'set', to };
}

function changes(...all: readonly (readonly [string, Change])[]): FieldChanges {
  return all.reduce((before, [path, change]) => withChange(before, path.split('.'), change), noChanges);
}

/** Returns the text with the changes made, and checks that it parses to the changed values. */
function changed(text: string, ...all: readonly (readonly [string, Change])[]): string {
  const source = parseSource(text);
  const made = changes(...all);
  const after = withChanges(source, made);
  if (after === null) throw new Error('it would say something else');
  expect(treeOf(after)).toEqual(treeAfter(treeOf(source), made));
  return after.text;
}

describe('changes of a text', () => {
  test('replace where the value stands, add behind the last key, and leave every other byte', () => {
    const text = `# mine
shop:   # the shop
  status: running    # since monday
  pane: {pid: 7, cmd: "claude"}   # keep
  ids: # none yet

  note: |
    two
    lines

# the end
`;
    const one = ['shop.status', set('terminated')] as const;
    const more = [
      one,
      ['shop.pane.pid', set(8)],
      ['shop.ids', set('x')],
      ['shop.at', set('2026-07-01T09:00:00Z')],
    ] as const;
    expect(changed(text, ...more)).toMatchInlineSnapshot(`
      "# mine
      shop:   # the shop
        status: terminated    # since monday
        pane: {pid: 8, cmd: "claude"}   # keep
        ids: x # none yet

        note: |
          two
          lines
        at: 2026-07-01T09:00:00Z

      # the end
      "
    `);
  });

  test.each([
    ['a: 1', 'a: "2"'],
    ['a: 1\r\nb: 2\r\n', 'a: "2"\r\nb: 2\r\n'],
    ["a: '1'\n", "a: '2'\n"],
    ['"a": "1"\n', '"a": "2"\n'],
    ['{"a":"1","b":2}', '{"a":"2","b":2}'],
    ['{ a }\n', '{ a: "2" }\n'],
    ['a:\n', 'a: "2"\n'],
    ['a: # why\n', 'a: "2" # why\n'],
    ['a: ~\n', 'a: "2"\n'],
    ['a: >-\n  one\n  two\nb: 1\n', 'a: "2"\nb: 1\n'],
    ['a:\n  - 1\n  - 2\nb: 1\n', 'a: "2"\nb: 1\n'],
    ['b: 1\n', 'b: 1\na: "2"\n'],
    ['b: 1 # why', 'b: 1 # why\na: "2"'],
    ['b: 1\r\n', 'b: 1\r\na: "2"\r\n'],
    ['{}\n', '{ a: "2" }\n'],
    ['{b: 1}\n', '{b: 1, a: "2"}\n'],
  ])('%j with a = "2"', (text, expected) => {
    expect(changed(text, ['a', set('2')])).toBe(expected);
  });

  test('what comes through an alias or a merge is written here, and the anchor stays', () => {
    const text = 'base: &base\n  status: running\n  pane: {pid: 7}\none:\n  <<: *base\ntwo: *base\n';
    const result = changed(
      text,
      ['one.status', set('terminated')],
      ['one.pane.pid', set(8)],
      ['two.status', set('gone')],
    );
    expect(result).toMatchInlineSnapshot(`
      "base: &base
        status: running
        pane: {pid: 7}
      one:
        <<: *base
        status: terminated
        pane: { pid: 8 }
      two: { status: gone, pane: { pid: 7 } }
      "
    `);
  });

  test('items are put before all others, in a list of any form', () => {
    const items: Change = { kind: 'prepend', items: [{ id: 'new' }] };
    expect(changed('l:\n  - old # why\n', ['l', items])).toBe('l:\n  - { id: new }\n  - old # why\n');
    expect(changed('l: [old]\n', ['l', items])).toBe('l: [{ id: new }, old]\n');
    expect(changed('l: []\n', ['l', items])).toBe('l: [ { id: new } ]\n');
    expect(changed('l:\n', ['l', items])).toBe('l: [ { id: new } ]\n');
    expect(changed('a: 1\n', ['l', items])).toBe('a: 1\nl: [ { id: new } ]\n');
  });

  test('items that leave a list take their own line along, and nothing else', () => {
    const without = (...drop: readonly number[]): Change => ({ kind: 'prepend', items: [{ id: 'new' }], drop });
    const block = 'l:\n  - a # first\n  # about b\n  - { id: b, note: mine }\n  - c # last\nz: 1\n';
    expect(changed(block, ['l', without(0)])).toBe(block.replace('- a # first', '- { id: new }'));
    expect(changed(block, ['l', without(1)])).toBe(
      block.replace('- a', '- { id: new }\n  - a').replace('  # about b\n  - { id: b, note: mine }\n', ''),
    );
    expect(changed(block, ['l', without(2)])).toBe(
      block.replace('- a', '- { id: new }\n  - a').replace('  - c # last\n', ''),
    );
    expect(changed(block, ['l', without(0, 1, 2)])).toBe('l:\n  - { id: new }\nz: 1\n');
    const flow = 'l: [a, { id: b }, "c" ] # why\n';
    expect(changed(flow, ['l', without(0)])).toBe('l: [{ id: new }, { id: b }, "c" ] # why\n');
    expect(changed(flow, ['l', without(1, 2)])).toBe('l: [{ id: new }, a ] # why\n');
    expect(changed('l: [a]\r\n', ['l', without(0)])).toBe('l: [{ id: new }]\r\n');
    expect(changed('l:\r\n- a\r\n- b\r\n', ['l', without(1)])).toBe('l:\r\n- { id: new }\r\n- a\r\n');
  });
});

describe('changes of a value', () => {
  const items = (...all: readonly Writable[]): Change => ({ kind: 'prepend', items: all });

  test('one tree for all: the later one wins, and additions at one place come together', () => {
    const all = changes(['a.b', set(1)], ['a.c', set(2)], ['a.b', set(3)], ['l', items('x')], ['l', items('y')]);
    expect(valueAfter({ a: { d: 4 }, l: ['z'] }, all)).toEqual({ a: { b: 3, c: 2, d: 4 }, l: ['y', 'x', 'z'] });
  });

  test('below a value that was set the change is made in that value', () => {
    const all = changes(['a', set({ b: 1, c: [2] })], ['a.b', set(3)], ['a.c', items(1)], ['a.d.e', set(null)]);
    expect(valueAfter(undefined, all)).toEqual({ a: { b: 3, c: [1, 2], d: { e: null } } });
    expect(all.fields.get('a')?.kind).toBe('set');
  });

  test('what is no list or no mapping becomes one', () => {
    expect(valueAfter({ a: 'word', l: 'word' }, changes(['a.b', set(1)], ['l', items(1)]))).toEqual({
      a: { b: 1 },
      l: [1],
    });
  });

  test('an empty path names nothing', () => {
    expect(() => withChange(noChanges, [], set(1))).toThrow('an empty path names nothing');
  });
});

test('splices at one place keep their order, whatever order they come in', () => {
  const at = (start: number, end: number, text: string) => ({ start, end, text });
  const splices = [at(3, 3, '!'), at(1, 1, '1'), at(1, 1, '2'), at(0, 1, 'A')];
  expect(edited(parseSource('abc'), splices, 'A12bc!')?.text).toBe('A12bc!');
});

test.each([
  ['says more than it should', 'a: 1\nb: 2\n', { start: 3, end: 4, text: '2\nc: 3' }],
  ['does not parse', 'a: 1\n', { start: 3, end: 4, text: '[' }],
  ['has an alias that means nothing', 'a: 1\n', { start: 3, end: 4, text: '*b' }],
])('an edit after which the text %s is refused', (_, text, splice) => {
  expect(edited(parseSource(text), [splice], new Map([['a', '2']]))).toBeNull();
});

test('a value is written so that YAML 1.1 and 1.2 read it back', () => {
  const words = [
    'plain',
    'two words',
    'yes',
    '007',
    '1e3',
    '12:30:00',
    '2026-07-01',
    'a: b',
    '# no',
    '',
    ' x',
    '~',
    '-',
  ];
  expect(words.map((word) => writeInline(word)).join('  ')).toMatchInlineSnapshot(
    `"plain  two words  "yes"  "007"  "1e3"  "12:30:00"  "2026-07-01"  "a: b"  "# no"  ""  " x"  "~"  "-""`,
  );
  const others = ['two\nlines', 'tab\t', "it's", '"', '\\', '🦀', '{a}', '*a', '&a', '!t', '%', '@', '`'];
  for (const word of [...words, ...others]) {
    for (const quotes of ['plain', 'single', 'double'] as const) {
      expect(parseSource(`a: ${writeInline(word, quotes)}\n`).doc.toJS()).toEqual({ a: word });
    }
  }
});
