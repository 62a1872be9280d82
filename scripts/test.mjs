// `npm test` runs everything, from a fresh clone on; `npm test -- WORD…` only the test files with a word in their path,
// without the static checks. It uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTests } from './prepare-tests.mjs';
import { fail, npm, root, run } from './prepare.mjs';

const wanted = process.argv.slice(2);

await prepareTests(() => {
  if (wanted.length === 0) run(npm(), ['run', '--silent', 'check:static'], 'inherit');
});
tests();

/** Runs all tests; the last line counts them. */
function tests() {
  const folder = mkdtempSync(join(tmpdir(), 'asm-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...wanted];
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' });
  if (!existsSync(report)) {
    rmSync(folder, { recursive: true });
    fail('the tests did not come to their end, see above');
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  const skipped = numPendingTests + numTodoTests;
  process.stdout.write(
    `\n${numPassedTests} passed, ${numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  if (skipped > 0 && process.env.CI) fail('a test was skipped; on CI that is a failure');
  process.exit(status ?? 1);
}
