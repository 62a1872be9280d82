import { expect, test } from 'vitest';
import { isInteractiveShell } from '../../../src/core/place/shell.ts';

const isOne = (words: string): boolean => isInteractiveShell({ argv: words.split(' '), exe: null });

test.each([
  '-bash',
  '/usr/bin/zsh -l',
  'bash --norc',
  'bash --rcfile /tmp/rc -i',
  'bash --init-file /tmp/rc',
  'bash -o vi',
  'bash -io vi',
  'bash +O extglob',
  'bash --rcfile=/tmp/rc',
  'sh -i',
  'zsh -o extendedglob -i',
  'zsh --emulate sh',
  'fish -C date --no-config',
  'fish --init-command date',
  'nu --config /c.nu',
  'tcsh -l',
  'busybox sh -i',
  '/bin/busybox ash',
  'bash --',
])('%s waits for its user', (words) => expect(isOne(words)).toBe(true));

test.each([
  'bash /usr/local/bin/wrapper',
  'bash --norc /usr/local/bin/wrapper',
  'bash -e run.sh',
  'bash -C run.sh',
  'bash -eo pipefail run.sh',
  'bash -c claude',
  'bash -lc claude',
  'bash -ic claude',
  'bash --rcfile /tmp/rc -c claude',
  'bash -- run.sh',
  'zsh -c claude',
  'fish --command=claude',
  'fish -c claude',
  'nu --commands claude',
  'busybox sh run.sh',
  'busybox vi',
  'ssh host',
  'claude',
])('%s is a program', (words) => expect(isOne(words)).toBe(false));

test('a shell that hides its arguments is known by its executable', () => {
  expect(isInteractiveShell({ argv: [''], exe: '/bin/bash' })).toBe(true);
  expect(isInteractiveShell({ argv: [''], exe: null })).toBe(false);
});
