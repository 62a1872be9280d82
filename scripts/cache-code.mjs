// Lets V8 compile the code of common commands, and keeps it beside the parts of the program.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './prepare.mjs';

const cli = join(root, 'dist/cli.js');
const home = mkdtempSync(join(tmpdir(), 'asm-build-'));
const registry = join(home, 'registry.yaml');
const config = join(home, 'config.yaml');
const agent = join(home, 'claude');
const session = 'build-creator-claude';
const id = '10000000-0000-4000-8000-000000000000';
writeFileSync(
  registry,
  `version: 1\nsessions:\n  ${session}: { agent: claude, cwd: ${home}, status: running, claude_session_id_own: ${id} }\n`,
);
writeFileSync(config, 'max_runtime: 1h\n');
symlinkSync('/bin/sleep', agent);
for (const name of Object.keys(process.env)) if (/^(XDG|AGENT|HERMES|CLAUDE|TMUX)/.test(name)) delete process.env[name];
Object.assign(process.env, { HOME: home, TMUX_TMPDIR: home });
// A server of its own at a named socket cannot be mistaken for another one. Without tmux only the code that reads its
// list is missing from the cache.
const socketFolder = join(home, `tmux-${process.getuid?.() ?? 0}`);
mkdirSync(socketFolder, { mode: 0o700 });
const tmux = (...words) =>
  spawnSync('tmux', ['-f', '/dev/null', '-S', join(socketFolder, 'default'), ...words], { encoding: 'utf8' });
const pid = Number(tmux('new-session', '-d', '-P', '-F', '#{pane_pid}', '-s', session, agent, '60').stdout);
keepConversation();
try {
  // Each run adds to what the runs before it have left.
  keepCodeOf(['reconcile', '--config', config]);
  keepCodeOf(['reconcile']);
  keepCodeOf(['mcp'], toolList());
  await whileMonitored(() => keepCodeOf(['status']));
} finally {
  tmux('kill-server');
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Writes what Claude keeps of a session: its conversation, and the record of its process. */
function keepConversation() {
  const [projects, records] = ['projects', 'sessions'].map((name) => join(home, '.claude', name));
  const folder = join(projects, home.replaceAll(/[^A-Za-z0-9]/g, '-'));
  for (const one of [folder, records]) mkdirSync(one, { recursive: true });
  const timestamp = new Date().toISOString();
  const said = { type: 'user', cwd: home, sessionId: id, version: '2.1.332', timestamp, message: { content: 'hello' } };
  writeFileSync(join(folder, `${id}.jsonl`), `${JSON.stringify(said)}\n`);
  const record = { pid, sessionId: id, cwd: home, kind: 'interactive', version: '2.1.332', status: 'idle' };
  writeFileSync(join(records, `${pid}.json`), JSON.stringify(record));
}

/** Runs a command to its end. Its exit code does not matter: this world may have no tmux. */
function keepCodeOf(words, input = '') {
  const keep = ['-r', join(root, 'scripts/keep-code.cjs')];
  const { error } = spawnSync(process.execPath, [...keep, cli, ...words, '--registry', registry], {
    input,
    timeout: 20_000,
  });
  if (error !== undefined) throw error;
}

/** Returns what a client says to an MCP server for the list of its tools. */
function toolList() {
  const about = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'build', version: '1' } };
  const messages = [
    { id: 1, method: 'initialize', params: about },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
  ];
  return messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
}

/** Acts while a monitor runs. Where none can be had, only the code that reads its answer is missing. */
async function whileMonitored(act) {
  const words = ['monitor', '--max-runtime', '1m', '--registry', registry];
  const child = spawn(process.execPath, [cli, ...words], { stdio: 'ignore' });
  const state = join(home, '.local/state/agent-sessions-monitor');
  for (let tries = 0; tries < 50 && !hasSocket(state); tries += 1) await pause(100);
  act();
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function hasSocket(state) {
  try {
    return readdirSync(state, { recursive: true }).some((name) => name.endsWith('.sock'));
  } catch {
    return false;
  }
}
