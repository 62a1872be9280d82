// Lets V8 compile the code that a pass needs, or an ask of the monitor, and keeps it beside the bundle:
// scripts/cache-code.mjs <path without ending>
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Script } from 'node:vm';

const [, , path] = process.argv;
const home = mkdtempSync(join(tmpdir(), 'asm-build-'));
const registry = join(home, 'registry.yaml');
const agent = join(home, 'claude');
const session = 'build-creator-claude';
writeFileSync(registry, `version: 1\nsessions:\n  ${session}: { agent: claude, cwd: ${home}, status: running }\n`);
symlinkSync('/bin/sleep', agent);
for (const name of Object.keys(process.env)) if (/^(XDG|AGENT|HERMES|CLAUDE|TMUX)/.test(name)) delete process.env[name];
Object.assign(process.env, { HOME: home, TMUX_TMPDIR: home });
// A server of its own at a named socket cannot be mistaken for another one. Without tmux only the code that reads its
// list is missing from the cache.
const socketFolder = join(home, `tmux-${process.getuid?.() ?? 0}`);
mkdirSync(socketFolder, { mode: 0o700 });
const tmux = (...words) => spawnSync('tmux', ['-f', '/dev/null', '-S', join(socketFolder, 'default'), ...words]);
tmux('new-session', '-d', '-s', session, agent, '10');
const isAsker = basename(path).startsWith('asker-');
const monitor = isAsker ? await aMonitor() : null;
const words = isAsker ? ['status'] : ['reconcile', '--dry-run'];
process.argv = [process.execPath, `${path}.cjs`, ...words, '--registry', registry];
process.stdout.write = (_, done) => {
  done?.();
  return true;
};
process.stderr.write = () => true;

const program = new Script(readFileSync(`${path}.cjs`, 'utf8'), { filename: `${path}.cjs` });
process.on('exit', () => {
  monitor?.kill('SIGKILL');
  tmux('kill-server');
  rmSync(home, { recursive: true, force: true });
  writeFileSync(`${path}-${process.version}-${process.arch}.cache`, program.createCachedData());
  // The pass's own exit code does not matter: this world may have no tmux.
  process.exitCode = 0;
});
program.runInThisContext()(createRequire(import.meta.url), isAsker ? () => process.exit() : false);

/** Starts the monitor that is asked. Where none can be had, only the code that reads its answer is missing. */
async function aMonitor() {
  const cli = join(dirname(path), 'cli.js');
  const child = spawn(process.execPath, [cli, 'monitor', '--max-runtime', '1m', '--registry', registry], {
    stdio: 'ignore',
  });
  child.unref();
  const state = join(home, '.local/state/agent-sessions-monitor');
  for (let tries = 0; tries < 50; tries += 1) {
    if (hasSocket(state)) break;
    await pause(100);
  }
  return child;
}

function hasSocket(state) {
  try {
    return readdirSync(state, { recursive: true }).some((name) => name.endsWith('.sock'));
  } catch {
    return false;
  }
}
