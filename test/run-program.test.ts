import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runProgram } from '../src/run-program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;

function program(script: string): string {
  const path = join(folder, 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

test('what it said, and how it ended', async () => {
  const path = program('printf "%s|" "$@"; echo oops >&2; exit 3');
  expect(await runProgram(path, ['a b', '$(x)'], 5_000, never)).toEqual({
    kind: 'ended',
    code: 3,
    signal: null,
    stdout: 'a b|$(x)|',
    stderr: 'oops\n',
  });
  expect(await runProgram(program('kill -9 $$'), [], 5_000, never)).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('one that hangs, and ignores what it is told, is answered for in time, and is gone', async () => {
  const pidFile = join(folder, 'pid');
  const path = program(`trap '' TERM HUP INT; echo $$ > ${pidFile}; while :; do sleep 1; done`);
  expect(await runProgram(path, [], 300, never)).toEqual({ kind: 'too late' });
  const stat = () => readFileSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/stat`, 'utf8');
  expect(stat).toThrow();
});

test('one that leaves its stdout to somebody who lives on is answered for when it ends', async () => {
  const path = program('echo said; sleep 2 & exit 0');
  const began = Date.now();
  expect(await runProgram(path, [], 60_000, never)).toMatchObject({ kind: 'ended', code: 0, stdout: 'said\n' });
  expect(Date.now() - began).toBeLessThan(2_000);
});

test('one that cannot be started', async () => {
  expect(await runProgram(join(folder, 'missing'), [], 1_000, never)).toEqual({
    kind: 'not started',
    reason: 'ENOENT',
  });
  expect(await runProgram('true', ['a\0b'], 1_000, never)).toMatchObject({ kind: 'not started' });
});

test('an abort ends it, before and meanwhile', async () => {
  const abort = new AbortController();
  const running = runProgram(program('sleep 60'), [], 60_000, abort.signal);
  abort.abort();
  expect(await running).toEqual({ kind: 'aborted' });
  expect(await runProgram('true', [], 1_000, abort.signal)).toEqual({ kind: 'aborted' });
});

test('where the kernel does not end a child with us a shell does, and leaves it in peace meanwhile', async () => {
  for (const name of ['sh', 'cat', 'sleep']) symlinkSync(`/bin/${name}`, join(folder, name));
  vi.stubEnv('PATH', folder);
  try {
    const path = program('sleep 0.2; printf "%s" "$1"; exit 3');
    expect(await runProgram(path, ['done'], 5_000, never, { diesWithUs: true })).toMatchObject({
      kind: 'ended',
      code: 3,
      stdout: 'done',
    });
  } finally {
    vi.unstubAllEnvs();
  }
});
