import { build } from 'esbuild';

/** CommonJS libraries inside an ES module bundle use `require`, and write-file-atomic its own `__filename`. */
const banner = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
  `const __filename = import.meta.filename;`,
].join('\n');

await build({
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  banner: { js: banner },
  legalComments: 'external',
  logLevel: 'warning',
});
