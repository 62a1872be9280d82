// Installs a Claude Code for the tests, once, and prints its version and folder:
// `node scripts/claude-code.mjs [pinned | newest | VERSION]`.
// Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npm, say } from './prepare.mjs';

const name = '@anthropic-ai/claude-code';
/** The version of `npm test`. */
const pinned = '2.1.332';
const wanted = process.argv[2] ?? 'pinned';
const version = wanted === 'newest' ? newest() : wanted === 'pinned' ? pinned : wanted;
// Outside the checkout: every worktree uses the same, 400 MB each.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'agent-sessions-monitor-tests');
const folder = join(cache, `claude-code-${version}`);
if (!existsSync(folder)) install();
process.stdout.write(`${JSON.stringify({ version, bin: join(folder, 'node_modules/.bin') })}\n`);

/** Two that install at once do so beside each other; the first to be ready stays. */
function install() {
  say(`installing Claude Code ${version} for the tests (once) …`);
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, '.installing-'));
  const words = ['install', '--prefix', draft, `${name}@${version}`, '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(npm(), words, { stdio: ['ignore', 2, 2] });
  try {
    if (status !== 0) throw error ?? new Error(`npm ended with ${status}`);
    const program = join(draft, 'node_modules/.bin/claude');
    const { stdout, status: said } = spawnSync(program, ['--version'], { env: { HOME: draft }, encoding: 'utf8' });
    if (said !== 0 || !stdout.startsWith(version)) throw new Error(`it does not start: ${stdout}`);
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(folder)) return;
    say(`Claude Code ${version} could not be installed: ${cause.message}`);
    process.exit(1);
  }
}

function newest() {
  const { stdout, status } = spawnSync(npm(), ['view', name, 'version'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  say('npm does not tell the newest Claude Code');
  process.exit(1);
}
