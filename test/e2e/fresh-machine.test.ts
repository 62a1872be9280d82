import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startModel } from './agent-lab/model/model.ts';
import { ClaudeWorld } from './claude-lab/claude-world.ts';
import { claudeOf } from './claude-lab/versions.ts';
import { PrivateWorld, until } from './private-world.ts';
import { soakTest } from './soak.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let world: PrivateWorld;
let clone: string;

beforeAll(() => {
  world = new PrivateWorld();
  clone = world.folder('clone');
  const git = (...words: string[]) => execaSync('git', ['ls-files', '-z', ...words], { cwd: root }).stdout.split('\0');
  const deleted = new Set(git('--deleted'));
  for (const name of git('--cached', '--others', '--exclude-standard')) {
    if (name === '' || deleted.has(name)) continue;
    mkdirSync(dirname(join(clone, name)), { recursive: true });
    copyFileSync(join(root, name), join(clone, name));
  }
  // The clone may use this machine's way to the package registry, and npm's cache; it sees nothing else of this home.
  const setting = (key: string) => execaSync('npm', ['config', 'get', key], { cwd: root }).stdout;
  const network = Object.entries(process.env).filter(([name]) =>
    /^(NODE_EXTRA_CA_CERTS|SSL_|https?_proxy)/i.test(name),
  );
  const { AGENT_SESSIONS_YAML: _, AGENT_SESSIONS_MONITOR_STATE_DIR: __, ...bare } = world.env;
  world.env = {
    ...bare,
    ...Object.fromEntries(network),
    npm_config_cache: setting('cache'),
    npm_config_userconfig: setting('userconfig'),
  };
});
// It removes two folders of dependencies.
afterAll(() => world.close(), 120_000);

test('from a clean clone in an empty home, without registry, tmux server or agent, `npm start` watches', async () => {
  const started = world.startOther('npm', ['start'], { cwd: clone, ownGroup: true });
  const card = await until(
    'the monitor to watch',
    () => /^watching \d+ sessions? on card (\S+)$/m.exec(started.stderr())?.[1] ?? null,
    // The start installs 300 packages first.
    150_000,
  );
  const registry = join(world.home, 'PuKi/lab/agent_sessions/agent-sessions.yaml');
  await until('the registry to be started', () => started.stderr().includes(`started a registry at ${registry}`));
  expect(card).toMatch(/^local-[0-9a-f]{8}$/);
  // As Ctrl-C at a terminal does, the signal goes to the whole group.
  process.kill(-started.pid, 'SIGINT');
  await started.exited;
  expect(started.stdout()).toContain('paused: no drift was found in this run.');
}, 300_000);

function npm(...words: string[]): void {
  execaSync('npm', words, { cwd: clone, env: world.env, extendEnv: false });
}

/** Runs the program that an install put into a prefix. */
function installed(prefix: string, ...words: string[]) {
  return ran(join(prefix, 'bin/asm'), ...words);
}

function ran(program: string, ...words: string[]) {
  return execaSync(program, words, { cwd: world.home, env: world.env, extendEnv: false, reject: false });
}

test('`npm install -g` of the clone builds the program; without its scripts the program says what it lacks', () => {
  rmSync(join(clone, 'dist'), { recursive: true, force: true });
  const prefix = world.folder('linked');
  npm('install', '-g', '--ignore-scripts', '--prefix', prefix, '.');
  const unbuilt = installed(prefix, '--version');
  expect(unbuilt).toMatchObject({ exitCode: 70, stdout: '' });
  expect(unbuilt.stderr).toContain(`${clone}\nrun: npm run prepare, in that folder`);
  // The build's packages are there even if the install leaves them out.
  npm('install', '-g', '--omit=dev', '--prefix', prefix, '.');
  expect(installed(prefix, '--version').stdout).toBe(version);
}, 300_000);

test('a newcomer with Claude Code alone: from the README to the first `status` by the model in its three commands', async () => {
  const readme = readFileSync(join(clone, 'README.md'), 'utf8');
  const [install = '', setUp = '', ask = '', ...more] =
    /^Claude Code alone.*?```sh\n(.*?)\n```/ms.exec(readme)?.[1]?.split('\n') ?? [];
  expect(more).toEqual([]);
  const model = await startModel();
  const newcomer = new ClaudeWorld(claudeOf('pinned'), model);
  try {
    const prefix = newcomer.folder('prefix');
    const { npm_config_cache = '', npm_config_userconfig = '' } = world.env;
    const { AGENT_SESSIONS_YAML: _, AGENT_SESSIONS_MONITOR_STATE_DIR: __, ...bare } = newcomer.env;
    const npmSettings = { npm_config_cache, npm_config_userconfig, npm_config_prefix: prefix };
    newcomer.env = { ...bare, ...npmSettings, PATH: `${join(prefix, 'bin')}:${bare['PATH']}` };
    const run = async (line: string, cwd: string) => {
      const ran = newcomer.startOther('sh', ['-c', line], { cwd });
      expect(await ran.exited, `${line}\n${ran.stdout()}${ran.stderr()}`).toBe(0);
    };
    await run(install, clone);
    await run(setUp, newcomer.home);
    await newcomer.openSession('shop-creator-claude');
    const pane = newcomer.openShell('newcomer');
    await pane.type(ask);
    // Claude Code asks before it calls a tool for the first time.
    await pane.accept(/Do you want to proceed/);
    await pane.shows(/done\./);
    // Claude writes its transcript a moment after its screen.
    const seen = 'not in the registry yet: shop-creator-claude';
    await until('the answer in the conversation', () => newcomer.conversationsWith(seen).length === 1);
  } finally {
    await newcomer.close();
    await model.close();
  }
}, 300_000);

soakTest(
  '`npm install -g` from git fetches what the build needs',
  () => {
    const repository = world.folder('repository');
    cpSync(clone, repository, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
    const git = (...words: string[]) => execaSync('git', words, { cwd: repository });
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=me', '-c', 'user.email=me@localhost', 'commit', '--quiet', '--message', 'all');
    const prefix = world.folder('from-git');
    npm('install', '-g', '--prefix', prefix, `git+file://${repository}`);
    expect(installed(prefix, '--version').stdout).toBe(version);
    expect(existsSync(join(prefix, 'lib/node_modules/agent-sessions-monitor/skills'))).toBe(true);
  },
  300_000,
);

test('its package works after `npm install -g` in an empty prefix', () => {
  npm('pack', '--pack-destination', world.root);
  const tarball = readdirSync(world.root).find((name) => name.endsWith('.tgz')) ?? '';
  const prefix = world.folder('prefix');
  npm('install', '-g', '--prefix', prefix, join(world.root, tarball));
  const asm = (...words: string[]) => installed(prefix, ...words);
  expect(tarball).toBe(`agent-sessions-monitor-${version}.tgz`);
  expect(asm('--version').stdout).toBe(version);
  expect(asm('reconcile', '--dry-run')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('0 entries') });
  const hermesHome = world.folder('hermes-home');
  const config = world.file('hermes-home/config.yaml', '');
  expect(asm('setup', '--hermes-home', hermesHome)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(existsSync(join(hermesHome, 'skills/agent-sessions-monitor/SKILL.md'))).toBe(true);
  expect(readFileSync(config, 'utf8')).toContain(join(prefix, 'lib/node_modules/agent-sessions-monitor/dist/cli.js'));
  const script = join(prefix, 'lib/node_modules/agent-sessions-monitor/scripts/reconcile.sh');
  const old = ran('sh', script, '--once', '--emit-diff', '--dry-run');
  expect(JSON.parse(old.stdout)).toMatchObject({ version: 1, dry_run: true, drifts: [] });
  // The code of doctor and of Hermes' commands is loaded by no other command.
  expect(asm('doctor').stdout).toMatch(/^ok {3}tmux \d/m);
  const dist = join(prefix, 'lib/node_modules/agent-sessions-monitor/dist');
  const part = readdirSync(dist).filter((name) => /^execa-.*\.(cjs|cache)$/.test(name));
  expect(part).toContainEqual(expect.stringMatching(/\.cjs$/));
  for (const name of part) rmSync(join(dist, name));
  expect(asm('--version').stdout).toBe(version);
  expect(asm('reconcile', '--dry-run').exitCode).toBe(0);
});
