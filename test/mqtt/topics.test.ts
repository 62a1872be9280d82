import { describe, expect, test } from 'vitest';
import { decodeLevel, encodeLevel, fitsTopic, hostTopics, matches } from '../../src/mqtt/topics.ts';

describe('a name in a topic', () => {
  test.each(['shop-creator-claude', 'a/b', '+', '#', '$SYS', 'line\nend\0', '../..', '--flag', 'Ü 日本 🙂', '%2F', ''])(
    '%j is one level, and comes back',
    (name) => {
      const level = encodeLevel(name);
      expect(level).not.toMatch(/[/+#$]|[^\x20-\x7e]/);
      expect(decodeLevel(level)).toBe(name);
    },
  );

  test('half a surrogate pair is still one level', () => {
    expect(decodeLevel(encodeLevel('a\ud800'))).toBe('a\ufffd');
  });

  test.each(['%', '%2f', '%ff', 'a+b'])('%j was not encoded by us', (level) => {
    expect(decodeLevel(level)).toBeNull();
  });

  test('one that no topic can hold is found out', () => {
    const { session } = hostTopics('asm', 'lab1');
    expect([fitsTopic(session('shop')), fitsTopic(session('x'.repeat(70_000)))]).toEqual([true, false]);
  });
});

test.each([
  ['asm/+/hint', 'asm/lab1/hint', true],
  ['asm/+/hint', 'asm/lab1/state', false],
  ['asm/+/hint', 'asm/lab1/hint/more', false],
  ['asm/+/hint', 'asm/hint', false],
  ['asm/#', 'asm', true],
  ['asm/#', 'asm/lab1/sessions/a', true],
  ['#', 'asm/lab1', true],
  ['#', '$SYS/uptime', false],
  ['+/+', 'asm/', true],
  ['+', 'asm/lab1', false],
])('%s matches %s: %s', (filter, topic, expected) => {
  expect(matches(filter, topic)).toBe(expected);
});
