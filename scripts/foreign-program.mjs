// Installs a foreign program for the tests, once, and prints its version and its folder:
// `node scripts/foreign-program.mjs NAME [pinned | newest | VERSION]`; without a NAME, the pinned one of each. VERSIONs
// of tmux are 3.5a and `backports`. It uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmuxOf } from './debian-tmux.mjs';
import { fail, missing, npm, say } from './prepare.mjs';
import { testCache } from './test-cache.mjs';
import { nodeVersions } from './tested-versions.mjs';

/** Their packages of npm, and the version of `npm test`. */
const programs = {
  'claude-code': { package: '@anthropic-ai/claude-code', program: 'claude', pinned: '2.1.332' },
  codex: { package: '@openai/codex', program: 'codex', pinned: '0.171.0' },
  opencode: { package: 'opencode-ai', program: 'opencode', pinned: '1.18.33' },
  gemini: { package: '@google/gemini-cli', program: 'gemini', pinned: '0.61.0' },
  copilot: { package: '@github/copilot', program: 'copilot', pinned: '1.0.102' },
  mcpb: { package: '@anthropic-ai/mcpb', program: 'mcpb', pinned: '2.1.2' },
  // The oldest; other-nodes.test.ts asks for more.
  node: { package: `node-${process.platform}-${process.arch}`, program: 'node', pinned: nodeVersions[0] },
};

/** The releases of Debian with another tmux than that of the machine. The version of a stable one does not change. */
const tmux = { pinned: '3.5a', suites: { '3.5a': 'trixie', backports: 'trixie-backports', newest: 'sid' } };

const [only, wanted = 'pinned'] = process.argv.slice(2);
// Without Debian's tools the tests take the tmux of the machine alone.
const hasDebian = missing(['apt-get', 'dpkg-deb']).length === 0;
const all = [...Object.keys(programs), ...(hasDebian ? ['tmux'] : [])];
for (const name of only === undefined ? all : [only]) {
  const { version, bin } = name === 'tmux' ? installedTmux() : installed(name);
  process.stdout.write(`${JSON.stringify({ version, bin })}\n`);
}

function installed(name) {
  const foreign = programs[name];
  if (foreign === undefined) fail(`${name} is none of ${all.join(', ')}`);
  const version = wanted === 'pinned' ? foreign.pinned : wanted === 'newest' ? newest(foreign) : wanted;
  const folder = join(testCache, `${name}-${version}`);
  if (!existsSync(folder)) install(foreign, version, folder);
  return { version, bin: join(folder, 'node_modules/.bin') };
}

function install(foreign, version, folder) {
  say(`installing ${foreign.package} ${version} for the tests (once) …`);
  inDraft(`${foreign.package} ${version}`, (draft) => {
    const words = ['install', '--prefix', draft, `${foreign.package}@${version}`];
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    const { status, error } = spawnSync(npm(), [...words, ...quiet], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw error ?? new Error(`npm ended with ${status}`);
    // Codex's program is a script for node, so node must be on its PATH.
    const env = { HOME: draft, PATH: process.env.PATH };
    checkStart(join(draft, 'node_modules/.bin', foreign.program), '--version', version, env);
    keep(draft, folder);
  });
}

/** Installs a tmux. Which version a release of Debian holds is known once its list is read. */
function installedTmux() {
  const word = wanted === 'pinned' ? tmux.pinned : wanted;
  const known = join(testCache, `tmux-${word}`);
  if (existsSync(known)) return { version: word, bin: join(known, 'bin') };
  const suite = tmux.suites[word] ?? fail(`tmux ${word} is none of ${Object.keys(tmux.suites).join(', ')}`);
  say(`fetching the tmux of Debian ${suite} for the tests …`);
  return inDraft(`the tmux of Debian ${suite}`, (draft) => {
    const { version, unpack } = tmuxOf(suite, draft);
    const folder = join(testCache, `tmux-${version}`);
    const bin = join(folder, 'bin');
    if (existsSync(folder)) return { version, bin };
    unpack();
    const program = join(draft, 'bin/tmux');
    checkStart(program, '-V', version, { HOME: draft, PATH: process.env.PATH });
    writeFileSync(program, readFileSync(program, 'utf8').replaceAll(draft, folder));
    keep(draft, folder);
    return { version, bin };
  });
}

/** Installs into a draft folder: if two processes install at once, the first to be ready stays. */
function inDraft(what, make) {
  mkdirSync(testCache, { recursive: true });
  const draft = mkdtempSync(join(testCache, '.installing-'));
  try {
    return make(draft);
  } catch (cause) {
    return fail(`${what} could not be installed: ${cause.message}`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function keep(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function checkStart(program, word, version, env) {
  const { stdout, status } = spawnSync(program, [word], { env, encoding: 'utf8' });
  if (status !== 0 || !stdout.includes(version)) throw new Error(`it does not start: ${stdout}`);
}

function newest(foreign) {
  const { stdout, status } = spawnSync(npm(), ['view', foreign.package, 'version'], { encoding: 'utf8' });
  if (status !== 0) fail(`npm does not tell the newest ${foreign.package}`);
  return stdout.trim();
}
