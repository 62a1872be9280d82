// Node's own modules only: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Installs the packages of package-lock.json, unless that has happened since the file was written. The settings of an
 * `npm install -g` that started this must not reach this install.
 */
export function install() {
  const marker = join(root, 'node_modules/.package-lock.json');
  const isFresh = existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  if (isFresh && existsSync(join(root, 'node_modules/esbuild'))) return;
  say('installing what it needs (once) …');
  const settings = ['--no-global', '--include=dev', '--ignore-scripts', '--no-dry-run'];
  run(npm(), ['ci', ...settings, '--no-fund', '--no-audit', '--loglevel=error']);
}

/** Bundles `src` into `dist` if a source is newer than the bundle. */
export function build() {
  const bundle = join(root, 'dist/cli.js');
  const sources = ['src', 'scripts', 'package.json'].map((path) => newest(join(root, path)));
  if (existsSync(bundle) && statSync(bundle).mtimeMs >= Math.max(...sources)) return;
  say('building …');
  run(process.execPath, ['scripts/build.mjs']);
}

/**
 * Runs a program to its end, and ends this process with its exit code if it fails. Its output goes to stderr unless
 * `stdio` says otherwise.
 */
export function run(program, args, stdio = ['ignore', 2, 2]) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio });
  if (error) fail(`${program} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs a script of package.json. @returns its exit code, and all that it said */
export async function listenTo(script) {
  const child = spawn(npm(), ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  return { code, said };
}

export function say(line) {
  process.stderr.write(`agent-sessions-monitor: ${line}\n`);
}

export function fail(line) {
  say(line);
  process.exit(1);
}

export function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

/** Returns the programs that are neither on PATH nor in the folders where Debian keeps system programs. */
export function missing(programs) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin'];
  return programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
}

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
