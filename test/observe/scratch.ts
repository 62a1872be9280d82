import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Process } from '../../src/core/model/observation.ts';
import { kill, until } from '../e2e/private-world.ts';

/** A folder of the test's own, without links in its path; it goes when the test is over. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-observe-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return folder;
}

/** Writes a file with its folders. @returns its path. */
export function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A pipe: whoever opens it to read waits until somebody writes, so a test that ends has seen nobody open it. */
export function pipeAt(path: string): string {
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]);
  return path;
}

/** A socket that nobody listens at any more. */
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
  /** What it calls itself, as `exec -a`. */
  readonly argv0?: string;
}

/** Starts a program that ends with the test. Its pid is there once it runs what was asked for. */
export async function start(program: string, args: readonly string[], options: StartOptions = {}): Promise<number> {
  const child = spawn(program, [...args], { ...options, stdio: 'ignore' });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return pid;
}

/** Ends, with the test, a process that a started one has started. */
export function endsWithTest(pid: number): number {
  onTestFinished(() => kill(pid, 'SIGKILL'));
  return pid;
}

/** The text of a file, once it has one. */
export function written(path: string): Promise<string> {
  return until(path, () => {
    try {
      return readFileSync(path, 'utf8').trim() || null;
    } catch {
      return null;
    }
  });
}

/** Asks as a user who owns nothing, where the tests run as root, to whom nothing is closed: the whole process changes. */
export async function asNobody<Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer> {
  if (process.getuid?.() !== 0) return ask();
  process.seteuid?.(65_534);
  try {
    return await ask();
  } finally {
    process.seteuid?.(0);
  }
}

/** A process as a look tells it, where only some of it matters. */
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
    claudeConfigDir: null,
    home: null,
    ...change,
  };
}
