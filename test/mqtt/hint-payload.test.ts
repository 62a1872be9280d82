import { describe, expect, test } from 'vitest';
import { faultOf } from '../../src/mqtt/hint-payload.ts';

const faultOfText = (text: string) => faultOf(Buffer.from(text), 'session');

describe('a hint', () => {
  test.each([
    '',
    '{}',
    '1',
    '"now"',
    '[[[]]]',
    '{"session":"shop-creator-claude","prompt":"two\\nlines"}',
    '{"session":7}',
  ])('is %s', (text) => {
    expect(faultOfText(text)).toBeNull();
  });

  test.each([
    ['not JSON', 'now'],
    ['not JSON', '{'],
    ['not JSON', 'null}'],
    ['not JSON', '"half'],
    ['too long', `"${'x'.repeat(5 * 1024 * 1024)}"`],
    ['nested too deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['nested too deep', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['with control characters', '{"session":"a\\u001b[31m"}'],
    ['with control characters', '{"\\u0000":1}'],
    ['with control characters', '{"a":["\\u202e"]}'],
    ['with an odd session name', '{"session":"--dry-run"}'],
    ['with an odd session name', '{"session":"-rf"}'],
    ['with an odd session name', '{"session":"/etc/passwd"}'],
    ['with an odd session name', '{"session":"../../etc/passwd"}'],
    ['with an odd session name', '{"session":"a/../../b"}'],
    ['with an odd session name', '{"session":"~/x"}'],
  ] as const)('is nothing %s', (fault, text) => {
    expect(faultOfText(text)).toBe(fault);
  });

  test('its session is looked for under the name that another tool gives it', () => {
    expect(faultOf(Buffer.from('{"tmux":"-x","session":"-y"}'), 'tmux')).toBe('with an odd session name');
    expect(faultOf(Buffer.from('{"session":"-y"}'), 'tmux')).toBeNull();
  });
});
