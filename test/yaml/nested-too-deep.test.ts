import { expect, test } from 'vitest';
import { nestedTooDeep } from '../../src/yaml/nested-too-deep.ts';
import { parseSource, positionOf } from '../../src/yaml/source.ts';

const stairs = (steps: number) => Array.from({ length: steps }, (_, step) => `${' '.repeat(step)}a:\n`).join('');

// At 64,000 brackets Node 20.20 ended with "FATAL ERROR: RegExpCompiler Allocation failed - process out of memory".
test.each([
  ['brackets', `a: 1\n${'['.repeat(64_000)}`, '2:201'],
  ['braces', `${'{a: '.repeat(64_000)}`, '1:801'],
  ['dashes', `a:\r\n  ${'- '.repeat(64_000)}`, '2:201'],
  ['dashes with anchors', '- &a '.repeat(64_000), '1:336'],
  ['keys', '? '.repeat(64_000), '1:201'],
  ['lines', stairs(300), '202:202'],
  ['brackets behind a quoted one', `[ "${']'.repeat(300)}", ${'['.repeat(300)}`, '1:506'],
])('%s that lie in each other too deep are refused with their place', (_, text, at) => {
  const source = parseSource(text);
  const [error] = source.doc.errors;
  expect(error?.message).toBe('its values lie in each other too deep');
  expect(positionOf(source, error?.pos[0] ?? 0)).toBe(at);
});

test.each([
  ['brackets', `${'['.repeat(200)}${']'.repeat(200)}`],
  ['many lists', 'a: [[1], [2]]\n'.repeat(300)],
  ['brackets in a quoted text', `a: "${'['.repeat(300)}"\n`],
  ['brackets and dashes in a text of several lines', `a: |\n  ${'- '.repeat(300)}\n  ${' '.repeat(300)}[\n`],
  ['a long line', `a: ${'x - y: '.repeat(300)}\n`],
  ['a comment far to the right', `a: 1\n${' '.repeat(300)}\nb: 2\n`],
  ['lines', stairs(150)],
])('%s that do not are no reason', (_, text) => {
  expect(nestedTooDeep(text)).toBeNull();
});
