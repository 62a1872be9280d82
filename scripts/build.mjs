import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildClaudePlugin } from './build-claude-plugin.mjs';
import { buildPage } from './build-page.mjs';
import { buildParts } from './build-parts.mjs';
import { buildTypes } from './build-types.mjs';
import { fail, root } from './prepare.mjs';

const dist = join(root, 'dist');
/** CommonJS libraries inside an ES module bundle use `require`. */
const banner = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/** zod brings its messages in 50 languages, a fifth of the bundle: this program needs one. */
const oneLanguage = {
  name: 'one language',
  setup: ({ onLoad }) => onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: '' })),
};

const options = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'external',
  logLevel: 'warning',
  plugins: [oneLanguage],
  // Its other form loads its parts by names that a bundle does not have.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

await build({
  ...options,
  entryPoints: { index: 'src/index.ts' },
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  banner: { js: banner },
});
buildTypes(join(dist, 'types'));
await buildPage(join(dist, 'page'));
rmSync(join(dist, 'hermes-plugin'), { recursive: true, force: true });
cpSync(join(root, 'src/hermes/plugin'), join(dist, 'hermes-plugin'), {
  recursive: true,
  filter: (path) => !path.includes('__pycache__'),
});
buildClaudePlugin(join(dist, 'claude-code'));
const parts = await buildParts(options);
const fileOf = Object.fromEntries(parts.map(({ name, text }) => [name, `${name}-${hashOf(text)}`]));
for (const { name, text, legal } of parts) {
  write(`${fileOf[name]}.cjs`, text);
  if (legal !== '') write(`${fileOf[name]}.cjs.LEGAL.txt`, legal);
}
// Node starts a script 5 ms sooner than a module.
write('package.json', '{ "type": "commonjs" }\n');
await build({
  ...options,
  entryPoints: { cli: 'src/cli/start.ts' },
  format: 'cjs',
  define: { fileOf: JSON.stringify(fileOf) },
});
cacheCode();
const kept = Object.values(fileOf);
for (const name of readdirSync(dist)) {
  const isOfFormerBuild = /^[a-z]+-[0-9a-f]{8}(\.cjs|-v)/.test(name) && !kept.some((part) => name.startsWith(part));
  if (isOfFormerBuild) rmSync(join(dist, name));
}

/** A part of another text has another name: V8 would take a cache that was made of another text of the same length. */
function hashOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** Replaces a file in one step: a program that runs meanwhile may read it. */
function write(name, contents) {
  const file = join(dist, name);
  writeFileSync(`${file}.tmp`, contents);
  renameSync(`${file}.tmp`, file);
}

/** Makes V8's cache of the code that the parts run. */
function cacheCode() {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/cache-code.mjs')], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) fail(`the code of the program cannot be cached: ${stderr}`);
}
