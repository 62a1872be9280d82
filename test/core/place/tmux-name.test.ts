import { expect, test } from 'vitest';
import { listedAs } from '../../../src/core/place/tmux-name.ts';

test('up to 3.6 tmux replaces and escapes, later it keeps the name', () => {
  const names = ['plain', 'a.b:c', 'back\\slash', 'tab\tnew\nline', 'esc\u001b', '$9', 'a$b', '-dash', 'täg 🙂'];
  const listed = names.map((name) => [name, listedAs(name, '3.6b'), listedAs(name, '3.7c')]);
  expect(listed).toEqual([
    ['plain', 'plain', 'plain'],
    ['a.b:c', 'a_b_c', 'a.b:c'],
    ['back\\slash', 'back\\\\slash', 'back\\slash'],
    ['tab\tnew\nline', 'tab\\tnew\\nline', 'tab\tnew\nline'],
    ['esc\u001b', 'esc\\033', 'esc\u001b'],
    ['$9', '$9', '$9'],
    ['a$b', 'a\\$b', 'a$b'],
    ['-dash', '-dash', '-dash'],
    ['täg 🙂', 'täg 🙂', 'täg 🙂'],
  ]);
});
