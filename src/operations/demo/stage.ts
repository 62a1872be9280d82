import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callProgram } from '../../system/call-program.ts';
import type { ProgramAnswer } from '../../system/run-program.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../../errors.ts';

/** The private server starts in well under a second; ms. */
const tmuxDeadlineMs = 10_000;

/** A home, a tmux server and pretend agents of the demo's own; nothing of the user's is read or changed. */
export interface Stage {
  readonly folder: string;
  readonly registry: string;
  /** Starts this program on the stage. Its output is piped. */
  start(words: readonly string[]): ChildProcess;
  openSession(name: string, agent: 'claude' | 'agy'): Promise<void>;
  killSession(name: string): Promise<void>;
  /** Ends everything that was started here, by pid and by the private socket, and removes the folder. */
  clear(): Promise<void>;
}

export async function setStage({ env, program, signal }: Context): Promise<Stage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'asm-demo-')));
  const home = join(folder, 'home');
  const registry = join(home, 'agent-sessions.yaml');
  const stageEnv = {
    PATH: env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    TMUX_TMPDIR: folder,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  };
  const children = new Set<ChildProcess>();
  await mkdir(join(home, 'work'), { recursive: true, mode: 0o700 });

  const run = (file: string, words: readonly string[]): ChildProcess => {
    const child = spawn(file, [...words], { cwd: home, env: stageEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    child.once('error', () => children.delete(child));
    return child;
  };
  const tmux = async (signal: AbortSignal, ...words: readonly string[]): Promise<void> => {
    const all = ['-u', '-f', '/dev/null', '-L', 'default', ...words];
    const answer = await callProgram('tmux', all, { deadlineMs: tmuxDeadlineMs, signal, env: stageEnv, cwd: home });
    signal.throwIfAborted();
    assertDone(answer);
  };

  return {
    folder,
    registry,
    start: (words) => {
      const [file = process.execPath, ...first] = program;
      return run(file, [...first, ...words]);
    },
    openSession: async (name, agent) => {
      await tmux(
        signal,
        'new-session',
        '-d',
        '-s',
        name,
        '-c',
        join(home, 'work'),
        await pretend(folder, agent),
        '-c',
        'while :; do sleep 1; done',
      );
    },
    killSession: (name) => tmux(signal, 'kill-session', '-t', `=${name}`),
    clear: async () => {
      // It must run even after the signal that ends the demo.
      await tmux(new AbortController().signal, 'kill-server').catch(() => undefined);
      await Promise.all([...children].map(stop));
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Makes a shell with the agent's name: an agent is recognised by its process. */
async function pretend(folder: string, agent: string): Promise<string> {
  const path = join(folder, agent);
  await symlink('/bin/sh', path).catch(() => undefined);
  return path;
}

function assertDone(answer: ProgramAnswer): void {
  if (answer.kind === 'ended' && answer.code === 0) return;
  if (answer.kind === 'not started')
    throw new UsageError('the demo needs tmux, which does not start', {
      where: answer.reason,
      cure: 'install it: apt-get install tmux, or brew install tmux',
    });
  throw new Error(answer.kind === 'ended' ? `tmux ended with ${answer.code}: ${answer.stderr.trim()}` : answer.kind);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(hard);
}
