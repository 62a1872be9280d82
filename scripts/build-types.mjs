// The library's types, out of its source.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fail, root } from './prepare.mjs';

const zod = join(root, 'node_modules/zod/v4');
/** Those settings of tsconfig.json that decide what a type is. */
const flags =
  '--ignoreConfig --target es2023 --module nodenext --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --verbatimModuleSyntax --allowImportingTsExtensions --types node --skipLibCheck --noCheck --declaration --emitDeclarationOnly';
const imported = /((?:from|import\() ?['"])([^'"\n]+)(['"])/g;

/**
 * Writes what src/index.ts reaches, and no more, into that folder. The types of some values are inferred by zod, and
 * who installs the package has none: the types of zod that they reach come beside them.
 */
export function buildTypes(folder) {
  const made = mkdtempSync(join(root, 'dist/.types-'));
  const words = [...flags.split(' '), '--rootDir', 'src', '--outDir', made, 'src/index.ts'];
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) fail(`the types of the library cannot be made: ${stdout}`);
  rmSync(folder, { recursive: true, force: true });
  const placeOf = (path) => (path.startsWith(zod) ? join('zod', relative(zod, path)) : relative(made, path));
  const reached = new Set([join(made, 'index.d.ts')]);
  for (const path of reached) write(join(folder, placeOf(path)), typesIn(path, reached, placeOf));
  write(join(folder, 'zod/LICENSE'), readFileSync(join(zod, '../LICENSE')));
  // Above it `dist` is CommonJS.
  write(join(folder, 'package.json'), '{ "type": "module" }\n');
  rmSync(made, { recursive: true });
}

/** What stands there; its imports are added to `reached`, and get the endings that every resolver of modules knows. */
function typesIn(path, reached, placeOf) {
  // zod's messages in 50 languages, of which the bundle has one.
  if (path === join(zod, 'locales/index.d.ts')) return 'export {};\n';
  return readFileSync(path, 'utf8').replace(imported, (whole, before, module, after) => {
    const target = targetOf(module, path);
    if (target === null) return whole;
    reached.add(target);
    const way = relative(dirname(placeOf(path)), placeOf(target)).replace(/\.d\.ts$/, '.js');
    return `${before}${way.startsWith('.') ? way : `./${way}`}${after}`;
  });
}

/** `null`: one of Node's own. */
function targetOf(module, from) {
  if (module === 'zod') return join(zod, 'classic/external.d.ts');
  if (module.startsWith('.')) return join(dirname(from), module.replace(/\.[tj]s$/, '.d.ts'));
  if (module.startsWith('node:')) return null;
  return fail(`the types of the library reach ${module}, which is not installed with it`);
}

function write(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
