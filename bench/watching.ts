import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import { residentMb, share, treeCpuMs, type Row } from './measure.ts';

const cli = join(import.meta.dirname, '../dist/cli.js');
/** How long a monitor takes to start, and a session to settle; ms. */
const settleMs = 10_000;

/**
 * Measures from a death until the registry says so, for many deaths of all sorts, one after the other.
 * @returns each time; ms
 */
export async function latencies(fleet: Fleet, deaths: number): Promise<readonly number[]> {
  return watched(fleet, async () => {
    const times: number[] = [];
    for (const { name, pane } of sessionsOf(fleet).slice(0, deaths)) {
      const end = sorts[times.length % sorts.length];
      const began = performance.now();
      end?.(fleet, name, pane);
      while (!isTerminated(fleet, name)) await pause(1);
      times.push(performance.now() - began);
    }
    return times;
  });
}

/** Measures from the end of half of the sessions at once until the registry is right; ms. */
export async function burst(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const half = sessionsOf(fleet).slice(0, count / 2);
  const ms = await watched(fleet, async () => {
    const began = performance.now();
    for (const { pane } of half) process.kill(pane, 'SIGKILL');
    while (!half.every(({ name }) => isTerminated(fleet, name))) await pause(5);
    return performance.now() - began;
  });
  return [[`${count}`, `${half.length} killed at once, all written`, ms.toFixed(0), '']];
}

/** Returns the row of p50, p95 and the slowest. */
export function latencyRow(sessions: string, times: readonly number[]): Row {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN).toFixed(0);
  const what = `from a death to the registry, ${times.length} of all sorts: p50 / p95 / max`;
  return [sessions, what, `${at(0.5)} / ${at(0.95)} / ${at(1)}`, ''];
}

/** Measures what a monitor costs while 20 of the agents write their transcripts and nothing else happens. */
export async function idle(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const seconds = 60;
  const transcripts = fleet.transcripts.slice(0, 20);
  return watched(fleet, async (pid) => {
    const before = { ours: treeCpuMs(pid), tmux: treeCpuMs(fleet.serverPid, 'alone') };
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      const line = JSON.stringify({ type: 'user', cwd: fleet.home, timestamp: new Date().toISOString() });
      for (const path of transcripts) appendFileSync(path, `${line}\n`);
      await pause(100);
    }
    const used = { ours: treeCpuMs(pid) - before.ours, tmux: treeCpuMs(fleet.serverPid, 'alone') - before.tmux };
    return [
      [`${count}`, `idle monitor and all it started, ${seconds} s, 20 writing`, share(used.ours, seconds), ''],
      [`${count}`, 'its tmux server meanwhile', share(used.tmux, seconds), ''],
      [`${count}`, 'memory of the idle monitor', `${residentMb(pid).toFixed(0)} MB`, ''],
    ];
  });
}

/** Measures what a monitor costs while nothing at all happens: without the page, with it, and while one reads it. */
export async function idleWithPage(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const seconds = 60;
  const used = async (pid: number): Promise<number> => {
    const before = treeCpuMs(pid);
    await pause(seconds * 1_000);
    return treeCpuMs(pid) - before;
  };
  const without = await watched(fleet, used);
  const [unread, read] = await watched(
    fleet,
    async (pid) => [await used(pid), await whileRead(fleet, () => used(pid))] as const,
    ['--page'],
  );
  return [
    [`${count}`, `idle monitor, ${seconds} s, nothing happens`, share(without, seconds), ''],
    [`${count}`, 'with a page that no one reads', share(unread, seconds), ''],
    [`${count}`, 'with a page that is open', share(read, seconds), ''],
  ];
}

/** Reads the page's stream as an open browser does, while something is measured. */
async function whileRead({ env }: Fleet, measure: () => Promise<number>): Promise<number> {
  const state = env['AGENT_SESSIONS_MONITOR_STATE_DIR'] ?? '';
  const file = readdirSync(state, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('page.url'));
  const { origin, hash } = new URL(readFileSync(join(state, file ?? ''), 'utf8').trim());
  const over = new AbortController();
  const headers = { authorization: `Bearer ${hash.slice(1)}` };
  const { body } = await fetch(`${origin}/api/stream`, { headers, signal: over.signal });
  if (body === null) throw new Error('the page has no stream');
  const reading = body.pipeTo(new WritableStream()).catch(() => undefined);
  try {
    return await measure();
  } finally {
    over.abort();
    await reading;
  }
}

/** Runs a monitor whose poll comes as rarely as it does for many sessions. */
export async function watched<Answer>(
  { env }: Fleet,
  measure: (pid: number) => Promise<Answer>,
  words: readonly string[] = [],
): Promise<Answer> {
  const monitor = spawn(process.execPath, [cli, 'monitor', ...words], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => monitor.once('exit', resolve));
  await pause(settleMs);
  try {
    return await measure(monitor.pid ?? 0);
  } finally {
    monitor.kill('SIGTERM');
    await ended;
  }
}

const sorts: readonly ((fleet: Fleet, name: string, pane: number) => void)[] = [
  (_, __, pane) => void process.kill(pane, 'SIGKILL'),
  (_, __, pane) => void process.kill(pane, 'SIGTERM'),
  (_, __, pane) => void process.kill(pane, 'SIGHUP'),
  (fleet, name) => void tmux(fleet, 'kill-session', '-t', `=${name}`),
  (fleet, name) => void tmux(fleet, 'kill-window', '-t', `=${name}:`),
  (fleet, name) => void tmux(fleet, 'kill-pane', '-t', `=${name}:`),
];

export function sessionsOf(fleet: Fleet): readonly { readonly name: string; readonly pane: number }[] {
  const lines = tmux(fleet, 'list-panes', '-a', '-F', '#{session_name} #{pane_pid}').trim().split('\n');
  return lines.map((line) => ({ name: line.split(' ')[0] ?? '', pane: Number(line.split(' ')[1]) }));
}

function tmux({ socket, env }: Fleet, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-S', socket, ...words], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
  return stdout;
}

function isTerminated({ registry }: Fleet, name: string): boolean {
  const text = readFileSync(registry, 'utf8');
  const entry = text.slice(text.indexOf(`  ${name}:`));
  return /^ {4}status: (\w+)$/m.exec(entry)?.[1] === 'terminated';
}
