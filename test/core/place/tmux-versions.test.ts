import { expect, test } from 'vitest';
import { behaviourOf, isAtLeast, oldestTmux, tmuxVersions } from '../../../src/core/place/tmux-versions.ts';

test('the rows begin with the oldest supported version, and each is later than the one before and differs from it', () => {
  expect(tmuxVersions[0]?.since).toBe(oldestTmux);
  for (const [index, row] of tmuxVersions.entries()) {
    const before = tmuxVersions[index - 1];
    if (before === undefined) continue;
    expect(isAtLeast(row.since, before.since) && !isAtLeast(before.since, row.since)).toBe(true);
    expect({ ...row, since: '' }).not.toEqual({ ...before, since: '' });
  }
});

test.each([
  ['3.2', '3.2'],
  ['3.2a', '3.2'],
  ['3.3a', '3.3'],
  ['3.4', '3.4'],
  ['3.5a', '3.5'],
  ['3.6b', '3.6'],
  ['3.7', '3.7'],
  ['3.7c', '3.7a'],
  ['next-3.7', '3.7'],
  ['3.8', '3.8'],
  ['next-3.10', '3.8'],
  ['4.0', '3.8'],
  ['openbsd-7.8', '3.8'],
  ['master', '3.8'],
  ['', '3.8'],
  ['3.1c', '3.2'],
])('tmux %s does what stands in the row of %s', (version, since) => {
  expect(behaviourOf(version).since).toBe(since);
});
