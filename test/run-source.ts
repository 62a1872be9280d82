import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * Returns the words with which Node runs a program that imports sources of this one, by paths that begin with `./src/`.
 * As one text it starts in a fifth of the time that tsx needs.
 */
export function nodeWords(program: string, ...words: readonly string[]): readonly string[] {
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    packages: 'external',
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return ['--input-type=module', '-e', outputFiles[0]?.text ?? '', ...words];
}
