import { parse, type ParseError } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { cutFromJson } from '../../../src/operations/clients/cut-from-json.ts';

const entry = '"ours": { "a": [1, { "b": "," }] }';

test.each([
  [
    'the last one',
    `{\n  "mcp": {\n    "x": 1, // keep\n    ${entry}\n  }\n}\n`,
    `{\n  "mcp": {\n    "x": 1 // keep\n  }\n}\n`,
  ],
  [
    'the first one',
    `{\n  "mcp": {\n    ${entry},\n    "x": 1 // keep\n  }\n}\n`,
    `{\n  "mcp": {\n    "x": 1 // keep\n  }\n}\n`,
  ],
  ['one in between', `{"mcp": {"x": 1, ${entry}, "y": 2}}`, `{"mcp": {"x": 1,  "y": 2}}`],
  ['the only one', `{"mcp": {${entry}}}`, `{"mcp": {}}`],
  ['with a comma behind the last', `{"mcp": {\n\t"x": 1,\n\t${entry},\n}}`, `{"mcp": {\n\t"x": 1,\n}}`],
  [
    'with a comment behind it',
    `{"mcp": {\n  ${entry}, // about ours\n  "x": 1\n}}`,
    `{"mcp": {\n   // about ours\n  "x": 1\n}}`,
  ],
  [
    'with commas in comments',
    `{"mcp": {"x": 1 /* , */, /* , */ ${entry} /* , */}}`,
    `{"mcp": {"x": 1 /* , */ /* , */  /* , */}}`,
  ],
  [
    'with line ends of another kind',
    `{\r\n"mcp": {\r\n${entry},\r\n"x": 1\r\n}\r\n}`,
    `{\r\n"mcp": {\r\n"x": 1\r\n}\r\n}`,
  ],
])('cuts one property out, %s', (_, text, without) => {
  expect(cutFromJson(text, ['mcp', 'ours'])).toBe(without);
  const errors: ParseError[] = [];
  const { mcp } = parse(without, errors, { allowTrailingComma: true });
  expect([mcp.ours, errors]).toEqual([undefined, []]);
});

test('where there is no such property nothing is cut', () => {
  for (const text of ['', '{', '[]', '{"mcp": 1}', '{"mcp": {"x": 1}}', '{"mcp": ["ours"]}']) {
    expect(cutFromJson(text, ['mcp', 'ours']), text).toBeNull();
  }
});
