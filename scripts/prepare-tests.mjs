// What `npm test` and `npm run soak` need before the first test. Node's own modules only.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, fail, install, missing, root, run, say } from './prepare.mjs';
import { hermesFolder, testCache } from './test-cache.mjs';
import { hermesVersions } from './tested-versions.mjs';

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

/**
 * Installs what the tests need, from a fresh clone on, and builds. `meanwhile` runs once the packages are there, while
 * the foreign programs are still fetched.
 */
export async function prepareTests(meanwhile = () => {}) {
  systemPackages();
  install();
  // Some 2 GB are fetched while everything else is made ready.
  const fetched = [...hermesVersions.map(hermes), foreignPrograms()];
  meanwhile();
  build();
  await Promise.all(fetched);
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

/** Installs the foreign programs that npm or Debian has, and keeps them between runs. */
async function foreignPrograms() {
  if ((await exitCodeOf(process.execPath, ['scripts/foreign-program.mjs'])) !== 0)
    fail('a foreign program is missing, see above: the tests fetch each of them once, from the npm registry');
}

/**
 * Installs a Hermes of version `$1` in the folder `$0`, unless another run has done so while this one waited for the
 * lock. pip writes `bin/hermes` last.
 */
const installHermes = `
[ ! -x "$0/bin/hermes" ] || exit 0
rm -rf "$0"
python3 -m venv "$0"
"$0/bin/pip" install --quiet --disable-pip-version-check "hermes-agent[mcp]==$1"
`;

/** Installs a real Hermes, and keeps it between runs. */
async function hermes(version) {
  const folder = hermesFolder(version);
  if (existsSync(join(folder, 'bin/hermes'))) return;
  say(`installing hermes-agent ${version} for the tests (once) …`);
  mkdirSync(testCache, { recursive: true });
  if ((await exitCodeOf('flock', [`${folder}.lock`, 'sh', '-ec', installHermes, folder, version])) !== 0)
    fail(`hermes-agent ${version} could not be installed, see above`);
}

/** Runs a program beside everything else, its output on stderr. @returns its exit code */
async function exitCodeOf(program, args) {
  const [code] = await once(spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2] }), 'close');
  return code;
}
