import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { clean } from '../../src/core/words/text.ts';
import type { Cells, Lane } from './peer.ts';

/** How long tmux is stopped before each program is asked, and goes on before it is asked again; ms. */
const waitMs = 10_000;
const patienceMs = 15_000;

/** Stops each tmux server as a hung one is, and writes down what each program says then and afterwards. */
export async function whileStopped(lanes: readonly Lane[]): Promise<readonly Cells[]> {
  const all = (signal: NodeJS.Signals): void => {
    for (const { world } of lanes) process.kill(world.serverPid, signal);
  };
  const seconds = waitMs / 1_000;
  const before = await answers(lanes);
  all('SIGSTOP');
  try {
    await pause(waitMs);
    const during = await answers(lanes);
    const shown = await screens(lanes);
    all('SIGCONT');
    await pause(waitMs);
    return [
      ['the listing before tmux is stopped', ...before],
      [`tmux is stopped for ${seconds} s: the listing`, ...during],
      ['what it shows unasked', ...shown],
      [`tmux goes on, ${seconds} s later: the listing`, ...(await answers(lanes))],
      ['what it shows unasked then', ...(await screens(lanes))],
    ];
  } finally {
    all('SIGCONT');
  }
}

function answers(lanes: readonly Lane[]): Promise<readonly string[]> {
  return Promise.all(lanes.map(answer));
}

function answer({ peer, world }: Lane): Promise<string> {
  const [program = '', ...words] = peer.listing.command(world);
  const began = performance.now();
  return new Promise((done) => {
    const limits = { timeout: patienceMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(program, words, { env: world.env, ...limits }, (_, stdout, stderr) => {
      const took = ((performance.now() - began) / 1_000).toFixed(1);
      const said = quoted(gist(stdout, stderr, peer.listing.gist), dirname(world.home));
      const how = child.exitCode === null ? `no end in ${took} s` : `exit ${child.exitCode} after ${took} s`;
      done(`${how}: ${said === '' ? 'not a word' : said}`);
    });
  });
}

/** Returns the lines that sum an answer up, or its first line if none does. */
export function gist(stdout: string, stderr: string, sums: RegExp): readonly string[] {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const summed = lines.filter((line) => sums.test(line));
  return summed.length > 0 ? summed : lines.slice(0, 1);
}

/** Returns the words as they were, but without the random folder of this run and safe in a table. */
function quoted(lines: readonly string[], root: string): string {
  return lines.map((line) => `"${clean(line.trim()).replaceAll(root, '…').replaceAll('|', '\\|')}"`).join(' ');
}

function screens(lanes: readonly Lane[]): Promise<readonly string[]> {
  const one = async ({ running: { shows }, world }: Lane): Promise<string> =>
    shows === null ? 'has no screen of its own' : quoted([await shows()], dirname(world.home));
  return Promise.all(lanes.map(one));
}
