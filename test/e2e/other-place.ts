import { readFileSync } from 'node:fs';
import { childrenOf, kill, program, until, type PrivateWorld, type Ran, type Running } from './private-world.ts';

/** Another machine, or a container, that shares the home: PID, network and mount namespaces of its own, and a host name. */
export interface OtherPlace {
  /** Runs any program there. */
  execute(words: readonly string[]): Promise<Ran>;
  /** Starts a monitor on a card of its own there, and waits until it watches. */
  monitor(): Promise<Running & { readonly card: string }>;
  /** Runs the program there. */
  run(words: readonly string[]): Promise<Ran>;
  /** Runs `reconcile --emit-diff` there and reads its document. */
  reconcile(words?: readonly string[]): Promise<Ran & { readonly document: Record<string, never> }>;
  /** Starts a pretend agent in a session of that name there. */
  openSession(session: string): Promise<void>;
  /** Runs tmux there. */
  tmux(words: readonly string[]): Promise<Ran>;
  rename(host: string): Promise<Ran>;
  /** Ends every process there: what a container's end does. */
  end(): Promise<void>;
}

/** Makes another place. It needs root, or a kernel that lets users make namespaces. */
export async function otherPlace(world: PrivateWorld, host: string): Promise<OtherPlace> {
  const asUser = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  // It has its own tmux sockets and shares the files of the home.
  const begin = `hostname ${host} && mount -t tmpfs none "$TMUX_TMPDIR" && echo ready && exec sleep 3600`;
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--net', '--uts', '--mount-proc'];
  const first = world.startOther('unshare', [...asUser, ...namespaces, 'sh', '-c', begin]);
  await until(`the place ${host}`, () => {
    if (first.stderr() !== '') throw new Error(first.stderr());
    return first.stdout().includes('ready');
  });
  const init = await until('its first process', () => childrenOf(first.pid)[0] ?? null);
  const enter = ['--target', String(init), '--mount', '--pid', '--net', '--uts', ...asUser.map(() => '--user')];

  async function execute(words: readonly string[]): Promise<Ran> {
    const began = performance.now();
    const running = world.startOther('nsenter', [...enter, '--', ...words]);
    const code = await running.exited;
    return { code, stdout: running.stdout(), stderr: running.stderr(), ms: performance.now() - began };
  }

  const run: OtherPlace['run'] = (words) => execute([process.execPath, program, ...words]);
  const tmux: OtherPlace['tmux'] = (words) => execute(['tmux', '-u', '-f', '/dev/null', ...words]);
  return {
    execute,
    run,
    tmux,
    monitor: async () => {
      const words = [process.execPath, program, 'monitor', '--interval', '1s', '--card', `card-${host}`];
      const running = world.startOther('nsenter', [...enter, '--', ...words]);
      await until('the monitor to watch', () => running.stderr().includes('watching '));
      return { ...running, card: `card-${host}` };
    },
    reconcile: async (words = []) => {
      const ran = await run(['reconcile', '--emit-diff', ...words]);
      if (ran.stdout === '') throw new Error(`no document, exit ${ran.code}: ${ran.stderr}`);
      return { ...ran, document: JSON.parse(ran.stdout) };
    },
    openSession: async (session) => {
      const agent = `exec -a claude perl '${world.bin}/agent.pl'`;
      const { code, stderr } = await tmux(['new-session', '-d', '-s', session, '-c', world.work, 'bash', '-c', agent]);
      if (code !== 0) throw new Error(stderr);
      await until('its agent', async () => {
        const { stdout } = await tmux(['list-panes', '-t', `=${session}:`, '-F', '#{pane_pid}']);
        const line = await execute(['cat', `/proc/${stdout.trim()}/cmdline`]);
        return line.stdout.startsWith('claude\0');
      });
    },
    rename: (name) => execute(['hostname', name]),
    end: async () => {
      kill(init, 'SIGKILL');
      await first.exited;
    },
  };
}

/** Returns the name of the host that runs the tests. */
export function ownHost(): string {
  return readFileSync('/proc/sys/kernel/hostname', 'utf8').trim();
}
