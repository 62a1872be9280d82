import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callProgram, followProgram } from '../../src/system/call-program.ts';
import { runProgram, type ProgramAnswer } from '../../src/system/run-program.ts';
import { never } from '../never.ts';
import { nodeWords } from '../run-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-run-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function program(script: string): string {
  const path = join(folder, 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

type Run = (
  program: string,
  args: readonly string[],
  deadlineMs: number,
  signal: AbortSignal,
  env?: NodeJS.ProcessEnv,
) => Promise<ProgramAnswer>;

const inHotPath: Run = (path, args, deadlineMs, signal, env) =>
  runProgram(path, args, deadlineMs, signal, env === undefined ? {} : { env });
const called: Run = (path, args, deadlineMs, signal, env) =>
  callProgram(path, args, { deadlineMs, signal, ...(env === undefined ? {} : { env }) });
const calledToDieWithUs: Run = (path, args, deadlineMs, signal, env) =>
  callProgram(path, args, { deadlineMs, signal, diesWithUs: true, ...(env === undefined ? {} : { env }) });

describe.each<[string, Run]>([
  ['in the hot path', inHotPath],
  ['called', called],
  ['called, and never left alone', calledToDieWithUs],
])('a program %s', (_way, run) => {
  test('what it said, and how it ended', async () => {
    const path = program('printf "%s|" "$@"; echo oops >&2; exit 3');
    expect(await run(path, ['a b', '$(x)'], 30_000, never)).toEqual({
      kind: 'ended',
      code: 3,
      signal: null,
      stdout: 'a b|$(x)|',
      stderr: 'oops\n',
    });
    expect(await run(program('kill -9 $$'), [], 30_000, never)).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  test('one that hangs, and ignores what it is told, is answered for in time, and is gone', async () => {
    const pidFile = join(folder, 'pid');
    const path = program(
      `trap '' TERM HUP INT; echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; while :; do sleep 1; done`,
    );
    // The deadline is over once the program runs, however long it took to start.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const running = run(path, [], 300, never);
    await expect.poll(() => existsSync(pidFile), { timeout: 60_000 }).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    expect(await running).toEqual({ kind: 'too late' });
    vi.useRealTimers();
    const pid = readFileSync(pidFile, 'utf8').trim();
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 60_000 }).toBe(false);
  });

  test('one that leaves its stdout to a living child is answered for when it ends', async () => {
    const pidFile = join(folder, 'pid');
    const path = program(`echo said; sleep 600 & echo $! > ${pidFile}; exit 0`);
    // To wait for the child would be too late.
    expect(await run(path, [], 30_000, never)).toMatchObject({ kind: 'ended', code: 0, stdout: 'said\n' });
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  });

  test('gets no secret of this program, whether its environment is given or not', async () => {
    vi.stubEnv('AGENT_SESSIONS_MQTT_URL', 'mqtt://u:secret@broker');
    vi.stubEnv('AGENT_SESSIONS_MQTT_PASSWORD', 'secret');
    vi.stubEnv('AGENT_SESSIONS_YAML', '/mine.yaml');
    try {
      const path = program('env');
      for (const env of [undefined, { ...process.env }]) {
        const answer = await run(path, [], 30_000, never, env);
        const said = answer.kind === 'ended' ? answer.stdout : '';
        expect(said).toContain('AGENT_SESSIONS_YAML=/mine.yaml');
        expect(said).not.toContain('secret');
      }
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('one that cannot be started', async () => {
    expect(await run(join(folder, 'missing'), [], 30_000, never)).toEqual({
      kind: 'not started',
      reason: 'ENOENT',
    });
    expect(await run('true', ['a\0b'], 30_000, never)).toMatchObject({ kind: 'not started' });
  });

  test('an abort ends it, before and meanwhile', async () => {
    const abort = new AbortController();
    const running = run(program('sleep 60'), [], 60_000, abort.signal);
    abort.abort();
    expect(await running).toEqual({ kind: 'aborted' });
    expect(await run('true', [], 1_000, abort.signal)).toEqual({ kind: 'aborted' });
  });

  test('many at once by one signal are no leak, of which Node would warn', async () => {
    const warned: string[] = [];
    const onWarning = ({ name }: Error): unknown => warned.push(name);
    process.on('warning', onWarning);
    const { signal } = new AbortController();
    const path = program('exit 0');
    await Promise.all(Array.from({ length: 12 }, () => run(path, [], 30_000, signal)));
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    expect(warned).toEqual([]);
  });
});

test('where the kernel does not end a child with us a shell does, and leaves it in peace meanwhile', async () => {
  for (const name of ['sh', 'cat', 'sleep']) symlinkSync(`/bin/${name}`, join(folder, name));
  vi.stubEnv('PATH', folder);
  // A process checks only once whether there is a `setpriv`.
  vi.resetModules();
  const fresh = await import('../../src/system/call-program.ts');
  try {
    const path = program('sleep 0.2; printf "%s" "$1"; exit 3');
    expect(
      await fresh.callProgram(path, ['done'], { deadlineMs: 30_000, signal: never, diesWithUs: true }),
    ).toMatchObject({
      kind: 'ended',
      code: 3,
      stdout: 'done',
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

test('with too few file descriptors for a program, none is started, and this process lives on', () => {
  const script = `
    import { closeSync, openSync } from 'node:fs';
    import { unknown } from 'zod';
    import { askJsonRpc } from './src/system/ask-json-rpc.ts';
    import { callProgram, followProgram } from './src/system/call-program.ts';
    const [held, signal] = [[], new AbortController().signal];
    await callProgram('true', [], { deadlineMs: 60_000, signal });
    try { for (;;) held.push(openSync('/dev/null')); } catch {}
    for (let free = 0; free < 12; free += 1) {
      const answer = await callProgram('true', [], { deadlineMs: 60_000, signal });
      await followProgram('true', [], () => undefined, { signal });
      await askJsonRpc('true', [], { env: {}, messages: [{ id: 1 }], result: unknown(), deadlineMs: 60_000, signal });
      console.log(answer.kind, answer.reason ?? answer.code);
      closeSync(held.pop());
    }`;
  const words = ['-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath, ...nodeWords(script)];
  const { status, stdout } = spawnSync('sh', words, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^(not started EMFILE\n){6,}(ended 0\n)+$/);
});

describe('a program that does not end by itself', () => {
  const aborted = (abort: AbortController, lines: string[]) => (line: string) => {
    lines.push(line);
    if (lines.length === 2) abort.abort();
  };

  test('is followed line by line until the signal ends it, with what it started', async () => {
    const abort = new AbortController();
    const lines: string[] = [];
    const path = program("trap '' TERM; echo one; echo two; sleep 60");
    await followProgram(path, [], aborted(abort, lines), { signal: abort.signal });
    expect(lines).toEqual(['one', 'two']);
  });

  test('is over when it ends, when it cannot be started, and when the caller aborts', async () => {
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    await followProgram(program('echo last; sleep 2 & exit 3'), [], onLine, { signal: never });
    await followProgram(join(folder, 'missing'), [], onLine, { signal: never });
    await followProgram(program('echo none'), [], onLine, { signal: AbortSignal.abort() });
    expect(lines).toEqual(['last']);
  });
});
