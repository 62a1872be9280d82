// Fetches a tmux of another Debian release with its own libraries, C library included, so that it runs on any Linux
// beside the one of the machine. It uses Node's own modules only, and apt, which checks the signatures.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mirror = 'http://deb.debian.org/debian';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Makes apt's own folders, which know nothing of this machine, for one release.
 * @returns the version of its tmux, and how to unpack it into `<folder>/bin/tmux`
 */
export function tmuxOf(suite, folder) {
  const at = (...names) => join(folder, 'apt', ...names);
  for (const name of ['lists', 'archives']) mkdirSync(at(name, 'partial'), { recursive: true });
  writeFileSync(at('status'), '');
  writeFileSync(at('sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n${base(suite)}`);
  const settings = {
    'Dir::State::lists': at('lists'),
    'Dir::State::status': at('status'),
    'Dir::Cache': at(),
    'Dir::Cache::archives': at('archives'),
    'Dir::Etc::sourcelist': at('sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Debug::NoLocking': 'true',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  apt('apt-get', [...options, '-qq', 'update']);
  const shown = apt('apt-cache', [...options, 'show', '--no-all-versions', `tmux/${suite}`]);
  const version = /^Version: ([^-~+\n]+)/m.exec(shown)?.[1];
  if (version === undefined) throw new Error(`Debian ${suite} has no tmux`);
  return { version, unpack: () => unpack(options, suite, at('archives'), folder) };
}

/** Backports stand on the release that they are for. */
function base(suite) {
  return suite.endsWith('-backports')
    ? `deb [signed-by=${keyring}] ${mirror} ${suite.replace('-backports', '')} main\n`
    : '';
}

function unpack(options, suite, archives, folder) {
  const words = ['-y', '-qq', '--no-install-recommends', '--download-only', 'install', `tmux/${suite}`];
  apt('apt-get', [...options, ...words]);
  const root = join(folder, 'root');
  for (const name of readdirSync(archives).filter((one) => one.endsWith('.deb')))
    apt('dpkg-deb', ['-x', join(archives, name), root]);
  const files = readdirSync(join(root, 'usr'), { recursive: true }).map((name) => join(root, 'usr', name));
  const loader = files.find((path) => /\/ld-linux[^/]*\.so\.\d+$/.test(path));
  const libraries = files.find((path) => path.endsWith('/libc.so.6'))?.replace(/\/[^/]*$/, '');
  if (loader === undefined || libraries === undefined) throw new Error(`Debian ${suite} has no loader for tmux`);
  const quoted = [loader, libraries, join(root, 'usr/bin/tmux')].map((path) => `'${path.replaceAll("'", `'\\''`)}'`);
  const [program, path, tmux] = quoted;
  rmSync(join(folder, 'apt'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  const script = `#!/bin/sh\nexec ${program} --argv0 tmux --library-path ${path} ${tmux} "$@"\n`;
  writeFileSync(join(folder, 'bin/tmux'), script, { mode: 0o755 });
}

function apt(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw error ?? new Error(`${program}: ${stderr}`);
  return stdout;
}
