import { rmSync } from 'node:fs';
import { afterAll, afterEach } from 'vitest';
import { closedWorlds } from './private-world.ts';

/** Keeps the worlds of a test that failed, and says where they are; removes those of the others. Runs after all hooks. */

let hasFailed = false;
afterEach(({ task }) => {
  const failed = task.result?.state === 'fail';
  hasFailed ||= failed;
  clear(failed, task.name);
});
afterAll(() => clear(hasFailed, 'one of the tests of this file'));

function clear(failed: boolean, test: string): void {
  for (const root of closedWorlds.splice(0)) {
    if (failed) process.stderr.write(`kept, because it failed: ${root} (${test})\n`);
    else rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
