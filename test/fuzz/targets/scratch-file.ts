import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'asm-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Returns a file in a folder of this process, and how to write it. */
export function scratchFile(...names: readonly string[]) {
  const path = join(folder, ...names);
  mkdirSync(dirname(path), { recursive: true });
  return { path, write: (text: string) => writeFileSync(path, text) };
}
