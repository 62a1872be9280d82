import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm script-'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync('scripts/reconcile.sh', join(folder, 'scripts/reconcile.sh'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(path: string) {
  const { status, stdout, stderr } = spawnSync(path, ['--once', '--registry', 'a b'], {
    encoding: 'utf8',
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  });
  return { status, stdout, stderr: stderr.replaceAll(folder, '~') };
}

test('gives its flags to reconcile, also through a chain of symlinks', () => {
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/cli.js'), 'console.log(JSON.stringify(process.argv.slice(2)))');
  symlinkSync('scripts/reconcile.sh', join(folder, 'first'));
  symlinkSync(join(folder, 'first'), join(folder, 'second'));
  const expected = { status: 0, stdout: '["reconcile","--once","--registry","a b"]\n', stderr: '' };
  expect([run(join(folder, 'scripts/reconcile.sh')), run(join(folder, 'second'))]).toEqual([expected, expected]);
});
