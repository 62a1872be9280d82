import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../source-tree.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

test("the plugin and its tab have the package's version, and one name", () => {
  const { version } = JSON.parse(read('package.json'));
  expect(parse(read('src/hermes/plugin/plugin.yaml'))).toMatchObject({ name: 'agent-sessions', version });
  // The dashboard serves it only under a name that is turned on.
  expect(JSON.parse(read('src/hermes/plugin/dashboard/manifest.json'))).toMatchObject({
    name: 'agent-sessions',
    version,
  });
});

const asked: readonly (readonly [string, readonly string[] | null])[] = [
  ['', ['status']],
  [' Status ', ['status']],
  ['digest', ['digest']],
  ['explain shop creator', ['explain', '--', 'shop creator']],
  ['explain --json', ['explain', '--', '--json']],
  ['explain', null],
  ['stop', ['comment', '--watched', '--', 'stop monitoring']],
  ['stop --now', null],
  ['status --json', null],
  ['undo', null],
  ['$(touch x)', null],
];

test('what is said after /asm asks the program for one of a few words, or for nothing', () => {
  const script =
    'import json, sys\nfrom plugin import words_of\nprint(json.dumps([words_of(said) for said in sys.argv[1:]]))';
  const options = { cwd: join(projectRoot, 'src/hermes'), env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } };
  const { stdout } = execaSync('python3', ['-c', script, ...asked.map(([said]) => said)], options);
  expect(JSON.parse(stdout)).toEqual(asked.map(([, words]) => words));
});
