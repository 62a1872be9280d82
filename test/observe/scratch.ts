import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Process } from '../../src/core/model/observation.ts';
import { kill, until } from '../e2e/private-world.ts';

/** Makes a folder of the test's own, without links in its path. It is removed when the test is over. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-observe-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return folder;
}

/**
 * Writes a file with its folders.
 * @returns its path
 */
export function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Makes a pipe. A reader that opens it waits until a writer comes, so a test that ends has opened it nowhere. */
export function pipeAt(path: string): string {
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]);
  return path;
}

/** Makes a socket at which no process listens any more. */
export function socketAt(path: string): string {
  const script = 'IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die';
  // The whole path is too long for the kernel.
  const command = 'exec perl -MIO::Socket::UNIX -e "$1" "$2"';
  execFileSync('sh', ['-c', command, 'sh', script, basename(path)], { cwd: dirname(path) });
  return path;
}

interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The name that it gives itself, as with `exec -a`. */
  readonly argv0?: string;
}

/** Starts a program that ends with the test. Returns its pid once the program itself runs. */
export async function start(program: string, args: readonly string[], options: StartOptions = {}): Promise<number> {
  const child = spawn(program, [...args], { ...options, stdio: 'ignore' });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  // The kernel fills it a moment after the new program has begun.
  await until('its arguments', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '');
  return pid;
}

/** Makes a process that another one started end with the test. */
export function endsWithTest(pid: number): number {
  onTestFinished(() => kill(pid, 'SIGKILL'));
  return pid;
}

/** Returns the text of a file, once it has one. */
export function written(path: string): Promise<string> {
  return until(path, () => {
    try {
      return readFileSync(path, 'utf8').trim() || null;
    } catch {
      return null;
    }
  });
}

/** Asks as a user who owns nothing. Root could read everything, so the whole process changes its user. */
export async function asNobody<Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer> {
  if (process.getuid?.() !== 0) return ask();
  process.seteuid?.(65_534);
  try {
    return await ask();
  } finally {
    process.seteuid?.(0);
  }
}

/** Makes a process as an observation holds it, where only some fields matter. */
export function processLike(change: Partial<Process> = {}): Process {
  return {
    pid: 4_242,
    ppid: 1,
    start: '1000',
    startedAt: 1_782_900_000_000,
    processGroup: 4_242,
    foregroundGroup: 4_242,
    tty: 34_816,
    argv: ['claude'],
    exe: '/usr/local/bin/claude',
    cwd: null,
    folders: {},
    home: null,
    ...change,
  };
}
