import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld } from './private-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = fileURLToPath(new URL('./library/reconcile.ts', import.meta.url));

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  // The types of the package are looked through too, with nothing else installed but those of Node.
  skipLibCheck: false,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  rootDir: '.',
  outDir: 'out',
};

test('the packed library has types, and the example of its page makes a pass', () => {
  const project = world.folder('project');
  const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  const archive = execaSync('npm', words, { cwd: root }).stdout;
  const library = world.folder('project/node_modules/agent-sessions-monitor');
  execaSync('tar', ['-xzf', join(project, archive), '-C', library, '--strip-components=1']);
  world.file('project/package.json', '{ "type": "module" }');
  world.file('project/tsconfig.json', JSON.stringify({ compilerOptions, files: ['reconcile.ts', 'wrong.ts'] }));
  cpSync(example, join(project, 'reconcile.ts'));
  // A type that is lost is `any`, and then nothing is wrong with this file.
  world.file(
    'project/wrong.ts',
    `import { documentOf, type PassResult } from 'agent-sessions-monitor';
declare const result: PassResult;
export const text: string = documentOf(result, { opened: [], resolved: [] }).standing;
export const number: number = result.registry.path;
`,
  );

  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', '.'];
  const { stdout: faults } = execaSync(process.execPath, tsc, { cwd: project, reject: false });
  expect(faults.split('\n').map((line) => line.replace(/: .*/, ''))).toEqual(['wrong.ts(3,14)', 'wrong.ts(4,14)']);

  world.writeRegistry(
    'sessions:\n  shop-creator-claude: { agent: claude, status: running, tmux_socket: default, pane: { pid: 4194301 } }\n',
    60,
  );
  world.tmux(['new-session', '-d', '-s', 'other']);
  const run = (...more: readonly string[]) =>
    execaSync(process.execPath, ['out/reconcile.js', ...more], { cwd: project, env: world.env, extendEnv: false });
  const before = world.readRegistry();
  expect(run().stdout).toBe('A session-gone: shop-creator-claude\n3 repairs to make');
  expect(world.readRegistry()).toBe(before);
  expect(run('--write').stdout).toBe('A session-gone: shop-creator-claude\n3 repairs written');
  expect(world.readRegistry()).toContain('status: terminated');
});
