// `npm test` runs everything, from a fresh clone on; `npm test -- WORD…` only the test files with a word in their path,
// without the static checks. It uses Node's own modules only.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, fail, install, missing, npm, root, run, say } from './prepare.mjs';

/** Which Debian package brings which program. */
const packages = {
  python3: 'python3',
  tmux: 'tmux',
  flock: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  perl: 'perl',
  git: 'git',
  openssl: 'openssl',
  mosquitto: 'mosquitto',
  chromium: 'chromium',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'dbus-run-session': 'dbus',
  Xvfb: 'xvfb',
  dunst: 'dunst',
  'notify-send': 'libnotify-bin',
};

const wanted = process.argv.slice(2);

systemPackages();
install();
// Some 2 GB are fetched while everything else is made ready.
const foreign = spawn(process.execPath, ['scripts/foreign-program.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
const fetched = once(foreign, 'close');
hermes();
if (wanted.length === 0) run(npm(), ['run', '--silent', 'check:static'], 'inherit');
build();
const [code] = await fetched;
if (code !== 0)
  fail('a foreign program is missing, see above: the tests fetch each of them once, from the npm registry');
tests();

/** Runs all tests; the last line counts them. */
function tests() {
  const folder = mkdtempSync(join(tmpdir(), 'asm-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...wanted];
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' });
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  const skipped = numPendingTests + numTodoTests;
  process.stdout.write(
    `\n${numPassedTests} passed, ${numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  if (skipped > 0 && process.env.CI) fail('a test was skipped; on CI that is a failure');
  process.exit(status ?? 1);
}

/** Installs a real Hermes of each tested version, and keeps it between runs. */
function hermes() {
  for (const version of ['0.19.0', '0.18.2']) {
    const home = join(root, '.hermes', version);
    if (existsSync(join(home, 'bin/hermes'))) continue;
    say(`installing hermes-agent ${version} for the tests (once) …`);
    rmSync(home, { recursive: true, force: true });
    run('python3', ['-m', 'venv', home]);
    run(join(home, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', `hermes-agent[mcp]==${version}`]);
  }
}

function systemPackages() {
  const absent = missing(Object.keys(packages));
  const venv =
    spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0 ? [] : ['python3-venv'];
  if (absent.length === 0 && venv.length === 0) return;
  const names = [...new Set([...absent.map((program) => packages[program]), ...venv])];
  const command = `apt-get install -y ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || missing(['apt-get']).length > 0)
    fail(`the tests need ${names.join(', ')}. Get them with: ${command}`);
  say(`installing ${names.join(', ')} …`);
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
  run('apt-get', ['install', '-y', '-qq', ...names]);
}
