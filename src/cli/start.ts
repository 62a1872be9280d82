#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** The bundle's name, a hash of its text in it: V8 would take the cache of another text of that length for its own. */
declare const programName: string;

const filename = join(__dirname, `${programName}.cjs`);
// Made by the build, for its own Node. To compile the bundle anew takes 30 ms, more than most passes; another Node does
// so without a word.
const cachedData = bytesOf(join(__dirname, `${programName}-${process.version}-${process.arch}.cache`));
// The build leaves nothing but ASCII in it: to look for more takes Node 5 ms.
const program = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
program.runInThisContext()(require);

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
