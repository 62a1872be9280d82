import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { transcriptOf, type Fleet } from './fleet.ts';
import { percentiles, residentMb, share, treeCpuMs, until, type Row } from './measure.ts';

const cli = join(import.meta.dirname, '../dist/cli.js');
/** How long a monitor takes to start, and a session to settle; ms. */
const settleMs = 10_000;
/** In its first minute a monitor loads and compiles more than it does in the days after; ms. */
const idleAfterMs = 75_000;

/**
 * Measures from a death until the registry says so, for many deaths of all sorts, one after the other.
 * @returns each time; ms
 */
export async function latencies(fleet: Fleet, deaths: number): Promise<readonly number[]> {
  return watched(fleet, async () => {
    const times: number[] = [];
    for (const { name, pid } of fleet.sessions.slice(0, deaths)) {
      const end = sorts[times.length % sorts.length];
      const began = performance.now();
      end?.(fleet, name, pid);
      await until(`the death of ${name} in the registry`, () => isTerminated(fleet, name), 1);
      times.push(performance.now() - began);
    }
    return times;
  });
}

/** Measures from the end of half of the sessions at once until the registry is right; ms. */
export async function burst(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const half = fleet.sessions.slice(0, count / 2);
  const ms = await watched(fleet, async () => {
    const began = performance.now();
    for (const { pid } of half) process.kill(pid, 'SIGKILL');
    await until('all deaths in the registry', () => half.every(({ name }) => isTerminated(fleet, name)), 5);
    return performance.now() - began;
  });
  return [[`${count}`, `${half.length} killed at once, all written`, ms.toFixed(0), '']];
}

/** Returns the row of p50, p95 and the slowest. */
export function latencyRow(sessions: string, times: readonly number[]): Row {
  const what = `from a death to the registry, ${times.length} of all sorts: p50 / p95 / max`;
  return [sessions, what, percentiles(times), ''];
}

/** Measures what a monitor costs while 20 of the agents write their transcripts and nothing else happens. */
export async function idle(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const seconds = 60;
  const transcripts = fleet.sessions.slice(0, 20).map((session) => transcriptOf(session, fleet.home));
  return whenIdle(fleet, async (pid) => {
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
  const without = await whenIdle(fleet, used);
  const [unread, read] = await whenIdle(
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

/** Does as `watched` for what a monitor costs in the long run. */
export function whenIdle<Answer>(
  fleet: Fleet,
  measure: (pid: number) => Promise<Answer>,
  words: readonly string[] = [],
): Promise<Answer> {
  return watched(fleet, measure, { words, afterMs: idleAfterMs });
}

/** Runs a monitor with its own poll (each 60 s for 100 sessions, each 30 s for 50), and measures after a while. */
export async function watched<Answer>(
  { env }: Fleet,
  measure: (pid: number) => Promise<Answer>,
  { words = [], afterMs = settleMs }: { readonly words?: readonly string[]; readonly afterMs?: number } = {},
): Promise<Answer> {
  const monitor = spawn(process.execPath, [cli, 'monitor', ...words], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => monitor.once('exit', resolve));
  await pause(afterMs);
  try {
    return await measure(monitor.pid ?? 0);
  } finally {
    monitor.kill('SIGTERM');
    await ended;
  }
}

const sorts: readonly ((fleet: Fleet, name: string, pid: number) => void)[] = [
  (_, __, pid) => void process.kill(pid, 'SIGKILL'),
  (_, __, pid) => void process.kill(pid, 'SIGTERM'),
  (_, __, pid) => void process.kill(pid, 'SIGHUP'),
  (fleet, name) => tmux(fleet, 'kill-session', '-t', `=${name}`),
  (fleet, name) => tmux(fleet, 'kill-window', '-t', `=${name}:`),
  (fleet, name) => tmux(fleet, 'kill-pane', '-t', `=${name}:`),
];

function tmux({ socket, env }: Fleet, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync('tmux', ['-u', '-S', socket, ...words], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
}

function isTerminated({ registry }: Fleet, name: string): boolean {
  const text = readFileSync(registry, 'utf8');
  const entry = text.slice(text.indexOf(`  ${name}:`));
  return /^ {4}status: (\w+)$/m.exec(entry)?.[1] === 'terminated';
}
