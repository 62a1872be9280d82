// Lets V8 compile the code that a pass needs, and keeps it beside the bundle: scripts/cache-code.mjs <path without
// ending>
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
process.argv = [process.execPath, `${path}.cjs`, 'reconcile', '--dry-run', '--registry', registry];
process.stdout.write = () => true;
process.stderr.write = () => true;

const program = new Script(readFileSync(`${path}.cjs`, 'utf8'), { filename: `${path}.cjs` });
process.on('exit', () => {
  tmux('kill-server');
  rmSync(home, { recursive: true, force: true });
  writeFileSync(`${path}-${process.version}-${process.arch}.cache`, program.createCachedData());
  // The pass's own exit code does not matter: this world may have no tmux.
  process.exitCode = 0;
});
program.runInThisContext()(createRequire(import.meta.url));
