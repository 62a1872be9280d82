import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openFleet, type Fleet } from './fleet.ts';
import { cpuMs, inTurn, ratio, residentMb, spread, timed } from './measure.ts';
import { machine, report, table } from './report.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli.js');
const peer = (name: string): string => join(root, 'bench/peers', `${name}.sh`);

const rows: string[][] = [];
execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
if (process.argv.includes('--hermes')) {
  const { measureHermes } = await import('./hermes.ts');
  await report('hermes', await measureHermes());
} else {
  for (const count of [10, 100, 1_000]) await withFleet(count, oneShot);
  await withFleet(1_000, warmPass);
  await withFleet(100, idle);
  const figures = table(['Sessions', 'What', 'min / median / max', 'Beside'], rows);
  await report('figures', `${machine()}; ${yamlOfPeers()}. Times in ms.\n\n${figures}`);
}

async function withFleet(count: number, measure: (fleet: Fleet, count: number) => Promise<void>): Promise<void> {
  process.stderr.write(`${count} sessions: ${measure.name} …\n`);
  const fleet = openFleet(count);
  try {
    await measure(fleet, count);
  } finally {
    fleet.close();
  }
}

/** A whole process from its start to its end, as cron or a script runs it. */
async function oneShot({ env, socket, registry }: Fleet, count: number): Promise<void> {
  const ours = () => timed([process.execPath, cli, 'reconcile', '--once'], env);
  const best = () => timed(['bash', peer('best'), socket, registry], env);
  const each = () => timed(['bash', peer('call-per-session'), socket, registry], env);
  ours();
  const fast = await inTurn(count === 1_000 ? 7 : 11, { ours, best });
  const slow = await inTurn(count === 1_000 ? 1 : 3, { ours, each });
  rows.push([`${count}`, 'one-shot pass', spread(fast.ours), '']);
  rows.push([`${count}`, 'bash, one list', spread(fast.best), `ours takes ${ratio(fast.ours, fast.best)}`]);
  rows.push([`${count}`, 'bash, a call per session', spread(slow.each), `ours takes ${ratio(slow.ours, slow.each)}`]);
}

/** A pass in a process that runs already, when nothing has changed. */
async function warmPass({ env, socket }: Fleet, count: number): Promise<void> {
  const { loadSettings, makeContext } = await import(join(root, 'dist/index.js'));
  const settings = await loadSettings({ flags: {}, env, home: env['HOME'], cwd: env['HOME'] });
  const output = { stdout: () => Promise.resolve(), stderr: () => undefined, stdoutIsTerminal: false, color: false };
  const signal = new AbortController().signal;
  Object.assign(process.env, env);
  const context = makeContext({ settings, version: '', env, home: env['HOME'], program: [], signal, output });
  const pass = async (): Promise<number> => {
    const began = performance.now();
    const { commit } = await context.pass({ mode: 'once' });
    await commit();
    return performance.now() - began;
  };
  for (let warm = 0; warm < 3; warm += 1) await pass();
  const fields = ['session_id', 'session_name', 'session_created', 'window_id', 'pane_id', 'pane_pid', 'pane_dead'];
  const format = [...fields, 'pane_current_command', 'pane_current_path'].map((field) => `#{${field}}`).join('\t');
  const bare = () => timed(['tmux', '-u', '-S', socket, 'list-panes', '-a', '-F', format], env);
  const times = await inTurn(15, { pass, bare });
  rows.push([`${count}`, 'warm pass, nothing changed', spread(times.pass), '']);
  rows.push([`${count}`, 'bare `list-panes -a`', spread(times.bare), `ours takes ${ratio(times.pass, times.bare)}`]);
}

/** What a monitor costs while nothing happens but work: 20 of the agents write their transcripts all the time. */
async function idle({ env, home, serverPid }: Fleet, count: number): Promise<void> {
  const seconds = 60;
  const folder = join(home, '.claude/projects/p');
  mkdirSync(folder, { recursive: true });
  const monitor = spawn(process.execPath, [cli, 'monitor'], { env, stdio: 'ignore' });
  const pid = monitor.pid ?? 0;
  const ended = new Promise((resolve) => monitor.once('exit', resolve));
  await pause(10_000);
  const before = { ours: cpuMs(pid), tmux: cpuMs(serverPid) };
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    const line = JSON.stringify({ type: 'user', cwd: home, timestamp: new Date().toISOString() });
    for (let agent = 0; agent < 20; agent += 1) appendFileSync(join(folder, `${agent}.jsonl`), `${line}\n`);
    await pause(100);
  }
  const share = (now: number, then: number): string => `${((now - then) / (seconds * 10)).toFixed(2)} % of a core`;
  rows.push([`${count}`, `idle monitor, ${seconds} s, 20 writing`, share(cpuMs(pid), before.ours), '']);
  rows.push([`${count}`, 'its tmux server meanwhile', share(cpuMs(serverPid), before.tmux), '']);
  rows.push([`${count}`, 'memory of the idle monitor', `${residentMb(pid).toFixed(0)} MB`, '']);
  monitor.kill('SIGTERM');
  await ended;
}

function yamlOfPeers(): string {
  const yaml = execFileSync('python3', ['-c', 'import yaml; print(yaml.__with_libyaml__)'], { encoding: 'utf8' });
  return `the bash peers read YAML ${yaml.trim() === 'True' ? 'with' : 'without'} libyaml`;
}
