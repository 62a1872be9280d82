import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildClaudePlugin } from './build-claude-plugin.mjs';
import { buildPage } from './build-page.mjs';
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

/** Only code that calls a program outside the hot path loads execa: a file of its own keeps it out of every start. */
const ownFile = {
  name: 'own file',
  setup: ({ onResolve }) => onResolve({ filter: /^execa$/ }, () => ({ path: './execa.cjs', external: true })),
};

/** A config file takes a parser that is larger than all else that asking a monitor takes: the whole program reads it. */
const withoutConfig = {
  name: 'without config',
  setup: ({ onResolve }) =>
    onResolve({ filter: /read-config-file\.ts$/ }, () => ({ path: './no-config', external: true })),
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
  entryPoints: { execa: 'execa' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  minifyWhitespace: true,
});
await build({
  ...options,
  plugins: [oneLanguage, ownFile],
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
const programName = await buildScript('program', 'src/cli/main.ts', 'hasAsked');
const askerName = await buildScript('asker', 'src/cli/asker.ts', 'whole', [withoutConfig]);
// Node starts a script 5 ms sooner than a module.
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
await build({
  ...options,
  entryPoints: { cli: 'src/cli/start.ts' },
  format: 'cjs',
  define: { programName: JSON.stringify(programName), askerName: JSON.stringify(askerName) },
});
for (const name of [programName, askerName]) cacheCode(name);
for (const name of readdirSync(dist)) {
  if (/^(program|asker)-/.test(name) && ![programName, askerName].some((kept) => name.startsWith(kept)))
    rmSync(join(dist, name));
}

/**
 * Builds a program as one script.
 * @param given the name of what `start.ts` gives it beside `require`
 * @returns its name without the ending
 */
async function buildScript(called, entry, given, plugins = []) {
  const { outputFiles } = await build({
    ...options,
    plugins: [oneLanguage, ownFile, ...plugins],
    entryPoints: { [called]: entry },
    format: 'cjs',
    // A script that `vm` runs can only `require`.
    supported: { 'dynamic-import': false },
    banner: { js: `((require, ${given}) => {` },
    footer: { js: '})' },
    minifyWhitespace: true,
    // Short lines, so that a stack trace can name one.
    lineLimit: 120,
    write: false,
  });
  const text = inAscii(outputFiles.find(({ path }) => path.endsWith(`${called}.js`)).text);
  const name = `${called}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  mkdirSync(dist, { recursive: true });
  const legal = outputFiles.find(({ path }) => path.endsWith('.LEGAL.txt'))?.text ?? '';
  for (const [ending, contents] of Object.entries({
    '.cjs': text,
    ...(legal === '' ? {} : { '.cjs.LEGAL.txt': legal }),
  })) {
    const file = join(dist, `${name}${ending}`);
    writeFileSync(`${file}.tmp`, contents);
    renameSync(`${file}.tmp`, file);
  }
  return name;
}

/** Makes V8's cache of a script's code. The asker's needs the whole program: a monitor. */
function cacheCode(name) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/cache-code.mjs'), join(dist, name)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) fail(`the code of the program cannot be cached: ${stderr}`);
}

/**
 * Escapes all letters beyond ASCII: esbuild leaves them in regular expressions, and V8 then keeps two bytes for each
 * letter of the text.
 */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
