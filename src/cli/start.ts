#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/**
 * The bundle's name with a hash of its text: V8 would accept a cache that was made of another text of the same length.
 */
declare const programName: string;

const filename = join(__dirname, `${programName}.cjs`);
// The build makes the cache for its own Node. To compile the bundle anew takes 30 ms, more than most passes; another
// Node ignores the cache and compiles.
const cachedData = bytesOf(join(__dirname, `${programName}-${process.version}-${process.arch}.cache`));
// The build emits ASCII only: to check for other letters takes Node 5 ms.
const program = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
program.runInThisContext()(require);

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
