import { expect, test } from 'vitest';
import { listedAs } from '../../../src/core/place/tmux-name.ts';
import { tmuxVersions } from '../../../src/core/place/tmux-versions.ts';

test('each version lists a name in its own spelling, beside which the written one counts', () => {
  const names = ['plain', 'a.b:c', 'back\\slash', 'tab\tnew\nline', 'esc\u001b', '$9', 'a$b', '-dash', 'täg 🙂', ''];
  const listed = names.map((name) => [name, ...['3.3a', '3.5a', '3.7c'].map((version) => listedAs(name, version)[1])]);
  expect(listed).toEqual([
    ['plain', undefined, undefined, undefined],
    ['a.b:c', 'a_b_c', 'a_b_c', undefined],
    ['back\\slash', 'back\\\\slash', 'back\\\\slash', 'back\\\\slash'],
    ['tab\tnew\nline', 'tab\\tnew\\nline', 'tab\\tnew\\nline', 'tab\\tnew\\nline'],
    ['esc\u001b', 'esc\\033', 'esc\\033', 'esc\\033'],
    ['$9', undefined, undefined, undefined],
    ['a$b', 'a\\$b', undefined, undefined],
    ['-dash', undefined, undefined, undefined],
    ['täg 🙂', undefined, undefined, undefined],
    ['', undefined, undefined, undefined],
  ]);
  for (const name of names) for (const { since } of tmuxVersions) expect(listedAs(name, since)[0]).toBe(name);
});

test('letters that a C library may call unprintable count in both spellings', () => {
  expect(listedAs('c1\u0085 \u0378\u2028', '3.3a')).toEqual([
    'c1\u0085 \u0378\u2028',
    'c1\\302\\205 \\315\\270\\342\\200\\250',
  ]);
  expect(listedAs('\ud800', '3.3a')).toEqual(['\ud800']);
});

test('where the version is not known, or is no release, every spelling counts', () => {
  for (const version of ['next-3.7', '3.7-rc', 'openbsd-7.0', 'master', ''])
    expect(listedAs('a.b$c', version)).toEqual(listedAs('a.b$c', null));
  expect(listedAs('a.b$c', null)).toEqual(['a.b$c', 'a_b\\$c', 'a_b$c']);
});
