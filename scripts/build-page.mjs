// The page, for the browser: its shell, its icon, its code and its style.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './prepare.mjs';

const source = join(root, 'src/page/client');

/** Writes `index.html`, `icon.svg`, `page.js` and `page.css` into that folder. */
export async function buildPage(folder) {
  await build({
    absWorkingDir: root,
    entryPoints: { page: join(source, 'main.tsx') },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: root,
    entryPoints: { page: join(source, 'page.css') },
    outdir: folder,
    bundle: true,
    minify: true,
    // Older browsers get no colours for two themes out of one: the page is for browsers that know light-dark().
    target: ['chrome123', 'firefox128', 'safari17.5'],
    charset: 'utf8',
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(source, name), join(folder, name));
}
