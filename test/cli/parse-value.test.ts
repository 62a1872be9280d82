import { expect, test } from 'vitest';
import { parseValue, placeholder } from '../../src/cli/parse-value.ts';
import { operations } from '../../src/operations/index.ts';

const now = new Date(2026, 6, 1, 12, 0).getTime();
const hour = 3_600_000;

test.each([
  ['2h', 'back', -2 * hour],
  ['2h', 'on', 2 * hour],
  ['11:00', 'back', -hour],
  ['11:00', 'on', 23 * hour],
  ['13:00', 'on', hour],
  ['13:00', 'back', -23 * hour],
] as const)('%s counted %s from noon', (text, direction, offset) => {
  expect(parseValue({ name: 'at', description: '', value: { kind: 'time', direction } }, text, now)).toBe(now + offset);
});

test('1h30m is a duration, in whatever parts; a bare number is none', () => {
  const flag = { name: 'interval', description: '', value: { kind: 'duration', least: 1_000 } } as const;
  expect(['1h30m', '1h 30m', '1.5h', '90m'].map((text) => parseValue(flag, text, now))).toEqual(
    Array(4).fill(1.5 * hour),
  );
  for (const text of ['30', '1h30', 'h', '1h30m!']) expect(() => parseValue(flag, text, now)).toThrow('--interval');
});

test('an end in the past is none', () => {
  const flag = { name: 'until', description: '', value: { kind: 'time', direction: 'on' } } as const;
  for (const text of ['2026-06-30T12:00:00Z', '0s']) {
    expect(() => parseValue(flag, text, now)).toThrow(`--until names a time that is over: ${text}`);
  }
});

test('a time to come is no beginning', () => {
  const flag = { name: 'since', description: '', value: { kind: 'time', direction: 'back', words: ['last'] } } as const;
  expect(() => parseValue(flag, '2027-01-01', now)).toThrow('--since names a time to come: 2027-01-01');
  expect(parseValue(flag, '0s', now)).toBe(now);
});

test.each(['25:00', '2026-13-01', '2026-02-30', '2026-02-30T10:00:00Z', 'soon', ''])('%j is no time', (text) => {
  const flag = { name: 'since', description: '', value: { kind: 'time', direction: 'back' } } as const;
  expect(() => parseValue(flag, text, now)).toThrow(`--since does not take ${JSON.stringify(text)}`);
});

test('a count may have an end: no process ends with more than 255', () => {
  const flag = operations.find(({ name }) => name === 'jobs')?.flags.find(({ name }) => name === 'exit');
  if (flag === undefined) throw new Error('there is no --exit');
  expect(['0', '137', '255'].map((text) => parseValue(flag, text, now))).toEqual([0, 137, 255]);
  for (const text of ['256', '999', '-1', '1.5', '9'.repeat(400)]) {
    expect(() => parseValue(flag, text, now)).toThrow(
      expect.objectContaining({
        message: `--exit does not take "${text}"`,
        cure: 'give it a whole number from 0 to 255',
      }),
    );
  }
});

test('a choice may say what to do instead of any other', () => {
  const value = { kind: 'choice', choices: ['one'], otherwise: 'do that by hand' } as const;
  expect(parseValue({ name: 'hooks', description: '', value }, 'one', now)).toBe('one');
  expect(() => parseValue({ name: 'hooks', description: '', value }, 'two', now)).toThrow(
    expect.objectContaining({ message: '--hooks does not take "two"', cure: 'do that by hand' }),
  );
});

test.each(operations)('the help of $name leaves room for what its flags do', ({ flags }) => {
  const terms = flags.map(({ name, value }) => `--${name}${value === undefined ? '' : ` ${placeholder(value)}`}`);
  expect(terms.filter((term) => term.length > 40)).toEqual([]);
});
