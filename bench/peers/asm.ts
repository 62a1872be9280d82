import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProgram } from './end-program.ts';
import { openPlain } from './plain-world.ts';
import { versionOf, type Peer, type World } from './peer.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'dist/cli.js');

/** Returns this project, measured as its peers are. */
export function asm(): Peer {
  const said = execFileSync(process.execPath, [cli, '--version'], { encoding: 'utf8' });
  return {
    name: 'agent-sessions-monitor',
    version: versionOf(said, root),
    runs: '`asm monitor`',
    open,
    start: async ({ env }, prefix) => {
      const [program = '', ...words] = [...prefix, process.execPath, cli, 'monitor'];
      const monitor = spawn(program, words, { env, stdio: 'ignore' });
      await pause(10_000);
      const registry = env['AGENT_SESSIONS_YAML'] ?? '';
      return {
        pid: monitor.pid ?? 0,
        gone: () => Promise.resolve(endedIn(readFileSync(registry, 'utf8'))),
        shows: () => {
          const text = readFileSync(registry, 'utf8');
          const running = text.match(/^ {4}status: running$/gm)?.length ?? 0;
          return Promise.resolve(`registry: ${running} running, ${endedIn(text).size} terminated`);
        },
        stop: () => endProgram(monitor.pid ?? 0),
      };
    },
    listing: {
      words: '`asm status`',
      command: () => [process.execPath, cli, 'status'],
      gist: /^(?:cannot see |\d+ sessions: )/,
    },
    seenIn: 'the registry, read every 5 ms',
  };
}

/**
 * Opens its sessions, and says that there is no other tmux server. A user has one; here the monitor would also find and
 * ask those of its peers.
 */
async function open(count: number): Promise<World> {
  const world = await openPlain(count);
  const folder = join(world.home, '.config/agent-sessions-monitor');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), 'tmux: { sockets: [] }\n');
  return world;
}

function endedIn(registry: string): ReadonlySet<string> {
  const entries = registry.matchAll(/^ {2}(\S+):.*\n(?: {4}.*\n)*? {4}status: terminated$/gm);
  return new Set(Array.from(entries, ([, name = '']) => name));
}
