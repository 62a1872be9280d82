// Installs a foreign program for the tests, once, and prints its version and its folder:
// `node scripts/foreign-program.mjs NAME [pinned | newest | VERSION]`; without a NAME, the pinned one of each.
// It uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail, npm, say } from './prepare.mjs';

/** Their packages, and the version of `npm test`. */
const programs = {
  'claude-code': { package: '@anthropic-ai/claude-code', program: 'claude', pinned: '2.1.332' },
  codex: { package: '@openai/codex', program: 'codex', pinned: '0.171.0' },
  opencode: { package: 'opencode-ai', program: 'opencode', pinned: '1.18.33' },
  gemini: { package: '@google/gemini-cli', program: 'gemini', pinned: '0.61.0' },
  copilot: { package: '@github/copilot', program: 'copilot', pinned: '1.0.102' },
  // The oldest that `engines` in package.json allows; other-nodes.test.ts asks for more.
  node: { package: `node-${process.platform}-${process.arch}`, program: 'node', pinned: '20.19.0' },
};

// The cache lies outside the checkout, so that all checkouts share it: 400 MB each.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'agent-sessions-monitor-tests');

const [only, wanted = 'pinned'] = process.argv.slice(2);
for (const name of only === undefined ? Object.keys(programs) : [only]) installed(name);

function installed(name) {
  const foreign = programs[name];
  if (foreign === undefined) fail(`${name} is none of ${Object.keys(programs).join(', ')}`);
  const version = wanted === 'newest' ? newest(foreign) : wanted === 'pinned' ? foreign.pinned : wanted;
  const folder = join(cache, `${name}-${version}`);
  if (!existsSync(folder)) install(foreign, version, folder);
  process.stdout.write(`${JSON.stringify({ version, bin: join(folder, 'node_modules/.bin') })}\n`);
}

/** Installs into a draft folder: if two processes install at once, the first to be ready stays. */
function install(foreign, version, folder) {
  say(`installing ${foreign.package} ${version} for the tests (once) …`);
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, '.installing-'));
  const words = ['install', '--prefix', draft, `${foreign.package}@${version}`];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(npm(), [...words, ...quiet], { stdio: ['ignore', 2, 2] });
  try {
    if (status !== 0) throw error ?? new Error(`npm ended with ${status}`);
    const program = join(draft, 'node_modules/.bin', foreign.program);
    // Codex's program is a script for node, so node must be on its PATH.
    const env = { HOME: draft, PATH: process.env.PATH };
    const { stdout, status: said } = spawnSync(program, ['--version'], { env, encoding: 'utf8' });
    if (said !== 0 || !stdout.includes(version)) throw new Error(`it does not start: ${stdout}`);
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(folder)) return;
    fail(`${foreign.package} ${version} could not be installed: ${cause.message}`);
  }
}

function newest(foreign) {
  const { stdout, status } = spawnSync(npm(), ['view', foreign.package, 'version'], { encoding: 'utf8' });
  if (status !== 0) fail(`npm does not tell the newest ${foreign.package}`);
  return stdout.trim();
}
