// Installs a real agent for the tests, once, and prints its version and the folder of its program:
// `node scripts/real-agent.mjs NAME [pinned | newest | VERSION]`; without a NAME, the pinned one of every agent.
// It uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail, npm, say } from './prepare.mjs';

/** Their packages, and the version of `npm test`. */
const agents = {
  'claude-code': { package: '@anthropic-ai/claude-code', program: 'claude', pinned: '2.1.332' },
  codex: { package: '@openai/codex', program: 'codex', pinned: '0.171.0' },
  opencode: { package: 'opencode-ai', program: 'opencode', pinned: '1.18.33' },
  gemini: { package: '@google/gemini-cli', program: 'gemini', pinned: '0.61.0' },
  copilot: { package: '@github/copilot', program: 'copilot', pinned: '1.0.102' },
};

// The cache lies outside the checkout, so that all checkouts share it: 400 MB each.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'agent-sessions-monitor-tests');

const [only, wanted = 'pinned'] = process.argv.slice(2);
for (const name of only === undefined ? Object.keys(agents) : [only]) installed(name);

function installed(name) {
  const agent = agents[name];
  if (agent === undefined) fail(`${name} is none of ${Object.keys(agents).join(', ')}`);
  const version = wanted === 'newest' ? newest(agent) : wanted === 'pinned' ? agent.pinned : wanted;
  const folder = join(cache, `${name}-${version}`);
  if (!existsSync(folder)) install(agent, version, folder);
  process.stdout.write(`${JSON.stringify({ version, bin: join(folder, 'node_modules/.bin') })}\n`);
}

/** Installs into a draft folder: if two processes install at once, the first to be ready stays. */
function install(agent, version, folder) {
  say(`installing ${agent.package} ${version} for the tests (once) …`);
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, '.installing-'));
  const words = ['install', '--prefix', draft, `${agent.package}@${version}`];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(npm(), [...words, ...quiet], { stdio: ['ignore', 2, 2] });
  try {
    if (status !== 0) throw error ?? new Error(`npm ended with ${status}`);
    const program = join(draft, 'node_modules/.bin', agent.program);
    // Codex's program is a script for node, so node must be on its PATH.
    const env = { HOME: draft, PATH: process.env.PATH };
    const { stdout, status: said } = spawnSync(program, ['--version'], { env, encoding: 'utf8' });
    if (said !== 0 || !stdout.includes(version)) throw new Error(`it does not start: ${stdout}`);
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(folder)) return;
    fail(`${agent.package} ${version} could not be installed: ${cause.message}`);
  }
}

function newest(agent) {
  const { stdout, status } = spawnSync(npm(), ['view', agent.package, 'version'], { encoding: 'utf8' });
  if (status !== 0) fail(`npm does not tell the newest ${agent.package}`);
  return stdout.trim();
}
