import { expect, test } from 'vitest';
import { launchOf, looksLikeOpencode } from '../../../src/agents/opencode/opencode-process.ts';

const id = 'ses_ddb6bd83cffeWb6Njl1mBAeNTr';

test.each([
  ['opencode', null, true],
  ['/home/me/.opencode/bin/opencode', null, true],
  ['oc', '/npm/opencode-ai/bin/opencode.exe', true],
  ['node', '/usr/bin/node', false],
  ['opencode-helper', null, false],
])('whether %s (%s) is an opencode', (name, exe, is) => expect(looksLikeOpencode({ argv: [name], exe })).toBe(is));

test.each([
  ['opencode', 'interactive', null],
  ['opencode /w/shop', 'interactive', null],
  [`opencode -s ${id}`, 'interactive', id],
  [`opencode -m a/b /w/shop --session=${id}`, 'interactive', id],
  [`opencode --session ${id} --fork`, 'interactive', null],
  ['opencode -c', 'interactive', null],
  ['opencode --prompt run', 'interactive', null],
  ['opencode -s not-an-id', 'interactive', null],
  [`opencode -s ${id.padEnd(129, 'x')}`, 'interactive', null],
  ['opencode run hello', 'headless', null],
  ['opencode serve --port 0', 'daemon', null],
  ['opencode attach http://127.0.0.1:1', 'view', null],
  ['opencode session list', 'view', null],
])('what was asked by %s', (line, mode, own) => {
  expect(launchOf({ argv: line.split(' ') })).toEqual({ mode, id: own, mayBegin: false, job: null });
});
