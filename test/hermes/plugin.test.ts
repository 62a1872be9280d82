import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
