import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

const mebibyte = 2 ** 20;

/** What a process and its files take. */
export interface Use {
  readonly heap: number;
  readonly descriptors: number;
  readonly files: number;
  readonly bytes: number;
  readonly largest: number;
}

/** Measures after a collection of all garbage. @param dir the folder of all state */
export function measure(dir: string): Use {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const sizes = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
  return {
    heap: process.memoryUsage().heapUsed,
    descriptors: readdirSync('/proc/self/fd').length,
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    largest: Math.max(0, ...sizes),
  };
}

/** @param entries how many entries the registry has */
export function isBounded(before: Use, now: Use, entries: number): void {
  expect(now.descriptors, 'open descriptors').toBeLessThanOrEqual(before.descriptors + 3);
  expect(now.heap, 'heap').toBeLessThan(before.heap + 80 * mebibyte);
  // The memory has a file for each workspace that has an entry.
  expect(now.files, 'files').toBeLessThan(60 + entries);
  expect(now.largest, 'the largest file').toBeLessThan(8 * mebibyte);
}
