import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { format as prettified } from 'prettier';
import { openFleet, type Fleet } from './fleet.ts';
import { cpuMs, inTurn, ratio, residentMb, spread, timed } from './measure.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli.js');
const peer = (name: string): string => join(root, 'bench/peers', `${name}.sh`);

const rows: string[][] = [];
execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
await withFleet(10, starts);
for (const count of [10, 100, 1_000]) await withFleet(count, oneShot);
await withFleet(1_000, warmPass);
await withFleet(100, idle);
const table = [row(['Sessions', 'What', 'min / median / max', 'Beside']), row(['---', '---', '---', '---'])];
const report = `${machine()}\n\n${[...table, ...rows.map(row)].join('\n')}`;
process.stdout.write(`${report}\n`);
if (process.argv.includes('--write')) await write(report);

async function withFleet(count: number, measure: (fleet: Fleet, count: number) => Promise<void>): Promise<void> {
  process.stderr.write(`${count} sessions: ${measure.name} …\n`);
  const fleet = openFleet(count);
  try {
    await measure(fleet, count);
  } finally {
    fleet.close();
  }
}

/** What Node costs before anything of ours runs, and what comes on top until there is an answer. */
async function starts({ env }: Fleet, count: number): Promise<void> {
  const node = () => timed([process.execPath, '-e', '0'], env);
  const version = () => timed([process.execPath, cli, '--version'], env);
  const times = await inTurn(11, { node, version, tools: () => firstTools(env) });
  rows.push([`${count}`, 'bare `node -e 0`', spread(times.node), '']);
  rows.push([`${count}`, '`--version`', spread(times.version), '']);
  rows.push([`${count}`, 'MCP server, start to first `tools/list`', spread(times.tools), '']);
}

/** From the start of the server to its answer; ms. */
async function firstTools(env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const server = spawn(process.execPath, [cli, 'mcp'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const client = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  for (const message of [
    { id: 1, method: 'initialize', params: client },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
  ]) {
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
  let said = '';
  for await (const chunk of server.stdout) {
    said += String(chunk);
    if (said.includes('"id":2')) break;
  }
  const ms = performance.now() - began;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  return ms;
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

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const tmux = execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim();
  const yaml = execFileSync('python3', ['-c', 'import yaml; print(yaml.__with_libyaml__)'], {
    encoding: 'utf8',
  }).trim();
  const peers = yaml === 'True' ? 'the bash peers read YAML with libyaml' : 'the bash peers read YAML without libyaml';
  return `${cpus().length} cores (${model}), Linux, Node ${process.version}, ${tmux}; ${peers}. Times in ms.`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

async function write(report: string): Promise<void> {
  const path = join(root, 'docs/performance.md');
  const text = readFileSync(path, 'utf8');
  const marked = /(<!-- figures: written by npm run bench -- --write -->\n)[^]*(<!-- \/figures -->)/;
  const after = text.replace(marked, (_, begin: string, end: string) => `${begin}\n${report}\n\n${end}`);
  writeFileSync(path, await prettified(after, { filepath: path, printWidth: 120 }));
}
