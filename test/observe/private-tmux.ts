import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { childrenOf, isAlive, kill, until } from '../e2e/private-world.ts';
import { scratchFolder } from './scratch.ts';
import { socketAt } from '../named.ts';
import type { SocketPath } from '../../src/core/model/branded.ts';

/** Makes tmux servers in a folder of the test's own. They end with the test, by pid. */
export function privateTmux() {
  const folder = scratchFolder();
  const servers = new Set<number>();
  const tmpdir = join(folder, 'tmux');
  const work = join(folder, 'work');
  for (const path of [tmpdir, work]) mkdirSync(path, { mode: 0o700 });

  onTestFinished(async () => {
    for (const server of servers) {
      // A stopped server must not keep its panes.
      const panes = childrenOf(server);
      kill(server, 'SIGKILL');
      for (const pane of panes) kill(pane, 'SIGKILL');
    }
    await until('the servers to end', () => [...servers].every((pid) => !isAlive(pid)));
  });

  /**
   * Runs tmux on a socket of that name.
   * @throws if it fails
   */
  const run = (socket: string, ...words: string[]): string => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-f', '/dev/null', '-L', socket, ...words], {
      env: { PATH: process.env['PATH'], HOME: folder, TMUX_TMPDIR: tmpdir, SHELL: '/bin/sh', LANG: 'C.UTF-8' },
      cwd: work,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${status} ${stderr}`);
    return stdout.trim();
  };
  return {
    tmpdir,
    work,
    socketPath: (name: string): SocketPath => socketAt(join(tmpdir, `tmux-${process.getuid?.() ?? 0}`, name)),
    run,
    /**
     * Opens a session with one pane that sleeps.
     * @returns the pids of its server and its pane
     */
    open: (socket: string, session: string, words: readonly string[] = []): { server: number; pane: number } => {
      const asked = ['new-session', '-d', '-P', '-F', '#{pid} #{pane_pid}', '-s', session, ...words, 'sleep', '3600'];
      const [server = 0, pane = 0] = run(socket, ...asked)
        .split(' ')
        .map(Number);
      servers.add(server);
      return { server, pane };
    },
  };
}
