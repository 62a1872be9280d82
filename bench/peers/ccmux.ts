import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { endProgram } from './end-program.ts';
import { openPlain } from './plain-world.ts';
import { versionOf, type Peer } from './peer.ts';

/** Any port but its own, on which a ccmux of the user may run. */
const port = `${20_000 + (process.pid % 10_000)}`;

/** Returns ccmux. It finds sessions by their panes; its daemon watches, and every command asks the daemon. */
export function ccmux(checkout: string): Peer {
  const program = join(checkout, 'bin/ccmux');
  return {
    name: 'ccmux',
    version: versionOf(execFileSync(program, ['--version'], { encoding: 'utf8' }), checkout),
    runs: 'its daemon',
    open: async (count) => {
      const world = await openPlain(count);
      return { ...world, env: { ...world.env, CCMUX_PORT: port } };
    },
    start: async ({ env, home, sessions }, prefix) => {
      const [first = '', ...words] = [...prefix, program, 'daemon', 'start'];
      const daemon = spawn(first, words, { env, cwd: home, stdio: 'ignore' });
      const deadline = performance.now() + 60_000;
      for (let shown = 0; shown < sessions.length; shown = (await listed())?.size ?? 0) {
        if (performance.now() > deadline) {
          await endProgram(daemon.pid ?? 0);
          throw new Error(`ccmux shows ${shown} of ${sessions.length} sessions`);
        }
        await pause(500);
      }
      return {
        pid: daemon.pid ?? 0,
        gone: async () => {
          await pause(100);
          const names = await listed();
          return new Set(sessions.map(({ name }) => name).filter((name) => names?.has(name) === false));
        },
        shows: null,
        stop: async () => {
          // A command that finds its daemon slow starts another one.
          spawnSync(program, ['daemon', 'stop'], { env });
          await endProgram(daemon.pid ?? 0);
        },
      };
    },
    listing: {
      words: '`ccmux show`',
      command: () => [program, 'show'],
      gist: /^Active Sessions/,
    },
    seenIn: 'its list, asked every 0.1 s',
  };
}

/**
 * Asks the daemon for its list, as `ccmux show` does. The event stream of 1.3.2 left out deaths that the list told.
 * @returns the names of its sessions in tmux; null while the daemon does not answer
 */
async function listed(): Promise<ReadonlySet<string> | null> {
  const response = await fetch(`http://127.0.0.1:${port}/sessions`).catch(() => null);
  if (!response?.ok) return null;
  const { sessions } = answer.parse(await response.json());
  return new Set(sessions.map(({ tmuxTarget }) => tmuxTarget?.split(':')[0] ?? ''));
}

const answer = z.object({ sessions: z.array(z.object({ tmuxTarget: z.string().nullish() })) });
