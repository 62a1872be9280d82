import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, program } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const running = (name: string, more = ''): string =>
  `sessions:\n  ${JSON.stringify(name)}: { agent: claude, status: running${more} }\n`;

/**
 * Checks what users and scripts rely on when a command refuses: its code, nothing on stdout, at most three lines on
 * stderr.
 */
async function refused(words: readonly string[], code: number, env: Record<string, string> = {}): Promise<string> {
  const ran = await world.run(words, { env });
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  const json = await world.run([...words, '--json'], { env });
  expect(json).toMatchObject({ code, stdout: '' });
  expect(JSON.parse(json.stderr)).toEqual({
    error: {
      code,
      message: expect.any(String),
      where: expect.toBeOneOf([null, expect.any(String)]),
      cure: expect.any(String),
    },
  });
  return ran.stderr;
}

test('unknown flags, commands and values: 2, with what was meant', async () => {
  expect(await refused(['reconcile', '--dry-rum'], 2)).toContain('did you mean --dry-run?');
  expect(await refused(['reconsile'], 2)).toContain('did you mean reconcile?');
  expect(await refused([], 2)).toContain('no command was given');
  expect(await refused(['monitor', '--interval', '0.5s'], 2)).toContain('--interval');
  expect(await refused(['monitor', '--until', 'whenever'], 2)).toContain('--until');
  expect(await refused(['explain', 'nobody'], 2)).toContain('nobody');
  expect(await refused(['undo', 'nothing'], 2)).toContain('nothing');
});

test('a config that cannot be read, does not parse, or has a key we do not know: 2', async () => {
  const config = world.file('home/config.yaml', 'registry: [\n');
  expect(await refused(['status', '--config', config], 2)).toContain(`${config}:`);
  world.file('home/config.yaml', 'registry:\n  pth: /x\n');
  expect(await refused(['status', '--config', config], 2)).toContain('pth');
  expect(await refused(['status', '--config', world.folder('home/folder')], 2)).toContain('home/folder');
  expect(await refused(['status', '--config', join(world.home, 'missing.yaml')], 2)).toContain('missing.yaml');
});

test('a registry that is a folder, or does not parse: 3, with its place', async () => {
  mkdirSync(world.registry);
  expect(await refused(['reconcile'], 3)).toContain(world.registry);
  const broken = world.file('home/broken.yaml', 'sessions:\n  one: {\n');
  expect(await refused(['reconcile', '--registry', broken], 3)).toMatch(/broken\.yaml:\d+:\d+/);
  expect(await refused(['monitor', '--registry', broken], 3)).toMatch(/broken\.yaml:\d+:\d+/);
  expect(readdirSync(world.home).filter((name) => name.startsWith('broken'))).toEqual(['broken.yaml']);
});

test('the log level decides what stderr says beside a failure, by flag or by config', async () => {
  const first = (path: string, words: readonly string[] = []) =>
    world.run(['reconcile', '--registry', join(world.home, path), ...words]);
  expect(await first('one.yaml')).toMatchObject({ code: 0, stderr: expect.stringContaining('started a registry at ') });
  expect(await first('two.yaml', ['--log-level', 'error'])).toMatchObject({ code: 0, stderr: '' });
  const config = world.file('home/quiet.yaml', 'log_level: silent\n');
  expect(await first('three.yaml', ['--config', config])).toMatchObject({ code: 0, stderr: '' });
  world.folder('home/four.yaml');
  expect((await first('four.yaml', ['--log-level', 'silent'])).stderr.trimEnd().split('\n')).toHaveLength(3);
  expect((await first('four.yaml', ['--log-level', 'debug'])).stderr).toMatch(/\nRegistryError: .*\n {4}at /);
});

test('a state folder that cannot be written: 3, and the registry is untouched', async () => {
  world.writeRegistry(running('dead-creator-claude'), 30);
  const file = world.file('in-the-way', '');
  const before = world.readRegistry();
  expect(await refused(['reconcile'], 3, { AGENT_SESSIONS_MONITOR_STATE_DIR: join(file, 'state') })).toContain(file);
  expect(world.readRegistry()).toBe(before);
});

test('neither cache nor state can be written: only the failure is told', async () => {
  world.writeRegistry(running('dead-creator-claude'), 30);
  const file = world.file('in-the-way', '');
  const env = { AGENT_SESSIONS_MONITOR_STATE_DIR: file, XDG_CACHE_HOME: file };
  expect(await refused(['reconcile'], 3, env)).toContain(file);
  expect(await refused(['monitor'], 3, env)).toContain(file);
  // Of a pass that answers, the next one must be known to know less.
  expect(await world.run(['reconcile'], { env: { XDG_CACHE_HOME: file } })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the memory of this pass could not be kept'),
  });
});

// Only Linux has a file that is always full.
test.skipIf(!existsSync('/dev/full'))(
  'output that is lost to a full disk is 3, and its news are told again',
  async () => {
    world.writeRegistry(running('dead-creator-claude', ', pane: { pid: 4194301 }'), 30);
    for (const words of [['reconcile', '--json'], ['status'], ['--help']]) {
      const ran = world.startOther('sh', ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, program, ...words]);
      expect(await ran.exited).toBe(3);
      expect(ran.stderr()).toContain('the output could not be written: ENOSPC');
    }
    expect((await world.reconcile()).document.drifts).toHaveLength(1);
  },
);

test('a socket path that is too long is blindness for its entry alone', async () => {
  const long = `/tmp/${'x'.repeat(120)}`;
  const far = running('far-creator-claude', `, tmux_socket: ${long}`);
  world.writeRegistry(`${far}  dead-creator-claude: { agent: claude, status: running }\n`, 30);
  const { code, document } = await world.reconcile();
  expect(code).toBe(4);
  expect(document.blind).toEqual([
    {
      source: `tmux:${long}`,
      since: expect.any(String),
      reason: expect.stringMatching(/too long/),
      cure: 'name a socket path of at most 107 bytes (103 on macOS)',
    },
  ]);
  expect(document.counts).toEqual({ alive: 0, gone: 1, unknown: 1 });
  expect(world.readRegistry()).toMatch(/dead-creator-claude: \{[^}]*status: terminated/);
});

test.each([
  ['control characters', 'evil\u001b]0;pwned\u0007\n\u202e-creator-claude'],
  ['a flag', '--dry-run'],
  ['a path', '../../etc/passwd'],
  ['an id of tmux', '$1'],
  ['a command', '$(touch pwned)'],
])('a session name that looks like %s is only a name', async (_, name) => {
  world.writeRegistry(running(name, ', pane: { pid: 4194301, cmd: "\\e[31mred" }, workspace: "../../up"'), 30);
  const ran = await world.run(['reconcile']);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain('tmux gone');
  // eslint-disable-next-line no-control-regex
  expect(ran.stdout + ran.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  for (const words of [['status'], ['history'], ['explain', '--', name]]) {
    const shown = await world.run(words);
    // eslint-disable-next-line no-control-regex
    expect(shown.stdout, words[0]).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
  expect(readdirSync(world.home)).not.toContain('pwned');
  expect(readdirSync(world.root).toSorted()).toEqual(['bin', 'cache', 'home', 'state', 'tmux']);
});

test('what cannot be written is 3 also for a user who is not root', async () => {
  const outsider = world.folder('outsider');
  chmodSync(world.root, 0o755);
  chmodSync(outsider, 0o777);
  const locked = world.folder('locked');
  writeFileSync(join(locked, 'agent-sessions.yaml'), running('dead-creator-claude', ', pane: { pid: 4194301 }'));
  chmodSync(join(locked, 'agent-sessions.yaml'), 0o644);
  chmodSync(locked, 0o755);
  const env = {
    AGENT_SESSIONS_YAML: join(locked, 'agent-sessions.yaml'),
    AGENT_SESSIONS_MONITOR_STATE_DIR: join(outsider, 'state'),
    XDG_CACHE_HOME: join(outsider, 'cache'),
    HOME: outsider,
    TMUX_TMPDIR: outsider,
  };
  const ran = await world.runAsNobody(['reconcile'], env);
  expect(ran).toMatchObject({ code: 3, stdout: '' });
  expect(ran.stderr).toContain(locked);
});

// Only root can make a file of another user.
test.skipIf(process.getuid?.() !== 0)("another user's litter in a sticky folder ends no command", async () => {
  const outsider = world.folder('outsider');
  chmodSync(world.root, 0o755);
  chmodSync(outsider, 0o1777);
  const litter = join(outsider, '.agent-sessions.yaml.asm-4194301-1.tmp');
  writeFileSync(litter, '');
  writeFileSync(join(outsider, 'agent-sessions.yaml'), 'sessions: {}\n');
  const ran = await world.runAsNobody(['monitor', '--max-runtime', '1s'], {
    AGENT_SESSIONS_YAML: join(outsider, 'agent-sessions.yaml'),
    AGENT_SESSIONS_MONITOR_STATE_DIR: join(outsider, 'own'),
    XDG_CACHE_HOME: join(outsider, 'cache'),
    HOME: outsider,
    TMUX_TMPDIR: outsider,
  });
  expect(ran).toMatchObject({ code: 0 });
  expect(existsSync(litter)).toBe(true);
});

// Only root can make a file of another user.
test.skipIf(process.getuid?.() !== 0)(
  "another user's registry does not change its owner: 3, and no backup is made",
  async () => {
    const outsider = world.folder('outsider');
    chmodSync(world.root, 0o755);
    chmodSync(outsider, 0o777);
    const registry = join(outsider, 'agent-sessions.yaml');
    const text = running('dead-creator-claude', ', pane: { pid: 4194301 }');
    writeFileSync(registry, text);
    chmodSync(registry, 0o666);
    const state = join(outsider, 'state');
    const ran = await world.runAsNobody(['reconcile'], {
      AGENT_SESSIONS_YAML: registry,
      AGENT_SESSIONS_MONITOR_STATE_DIR: state,
      XDG_CACHE_HOME: join(outsider, 'cache'),
      HOME: outsider,
      TMUX_TMPDIR: outsider,
    });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('it would not belong to uid 0, gid 0 any more');
    expect(readFileSync(registry, 'utf8')).toBe(text);
    expect(readdirSync(state, { recursive: true }).filter((name) => String(name).endsWith('.yaml'))).toEqual([]);
  },
);

test('where the current folder is gone, all but a relative path works', async () => {
  world.writeRegistry('sessions: {}\n', 30);
  const gone = async (...words: readonly string[]) => {
    const folder = world.folder('gone');
    const script = 'rmdir "$0" && exec "$@" </dev/null';
    const running = world.startOther('sh', ['-c', script, folder, process.execPath, program, ...words], {
      cwd: folder,
    });
    return { code: await running.exited, stdout: running.stdout(), stderr: running.stderr() };
  };
  expect(await gone('--version')).toMatchObject({ code: 0, stderr: '' });
  expect(await gone('reconcile')).toMatchObject({ code: 0, stderr: '' });
  expect(await gone('status')).toMatchObject({ code: 0, stderr: '' });
  expect(await gone('report', '--event', 'Stop')).toEqual({ code: 0, stdout: '', stderr: '' });
  const stderr = `the current folder is gone\nr.yaml\ncd to a folder that is there, or name the whole path\n`;
  expect(await gone('status', '--registry', 'r.yaml')).toEqual({ code: 2, stdout: '', stderr });
});

// Only root can become a user whom the system does not know.
test.skipIf(process.getuid?.() !== 0)('without a home: 2, and a report says nothing', async () => {
  chmodSync(world.root, 0o755);
  const folder = world.folder('dist');
  cpSync(dirname(program), folder, { recursive: true });
  chmodSync(folder, 0o755);
  const nobody = ['--reuid=12345', '--regid=12345', '--clear-groups', 'env', '-i', `PATH=${world.env['PATH']}`];
  const homeless = async (...words: readonly string[]) => {
    const running = world.startOther('setpriv', [...nobody, process.execPath, join(folder, 'cli.js'), ...words]);
    return { code: await running.exited, stdout: running.stdout(), stderr: running.stderr() };
  };
  expect(await homeless('reconcile', '--dry-run')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'HOME is not set, and the system knows no home of this user\nuid 12345\n' +
      'set HOME to the whole path of a folder that is yours\n',
  });
  expect(await homeless('report')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await homeless('--version')).toMatchObject({ code: 0, stderr: '' });
});

test('a program whose files are not all there, as in an upgrade, says nothing of any session: 70', async () => {
  const folder = world.folder('dist');
  cpSync(dirname(program), folder, { recursive: true });
  const run = async (...words: readonly string[]) => {
    const running = world.startOther(process.execPath, [join(folder, 'cli.js'), ...words]);
    return { code: await running.exited, stdout: running.stdout(), stderr: running.stderr() };
  };
  expect(await run('status')).toMatchObject({ code: 0 });
  for (const name of readdirSync(folder).filter((one) => /^pass-.*\.cjs$/.test(one))) rmSync(join(folder, name));
  expect(await run('status')).toMatchObject({
    code: 70,
    stdout: '',
    stderr: expect.stringContaining('install it again'),
  });
  const json = await run('status', '--json');
  expect(json).toMatchObject({ code: 70, stdout: '' });
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 70, where: folder } });
  expect(await run('report', '--event', 'Stop')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('the cache of compiled code is used; damaged on the disk it is not, and the program says the same', async () => {
  const folder = world.folder('dist');
  cpSync(dirname(program), folder, { recursive: true });
  const spy = join(folder, 'spy.cjs');
  writeFileSync(
    spy,
    `const vm = require('node:vm');
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    console.error(options.cachedData === undefined ? 'compiled' : this.cachedDataRejected ? 'refused' : 'cached');
  }
};`,
  );
  const run = async () => {
    const running = world.startOther(process.execPath, ['-r', spy, join(folder, 'cli.js'), 'status']);
    const code = await running.exited;
    return { code, stdout: running.stdout(), parts: new Set(running.stderr().trim().split('\n')) };
  };
  const { stdout, ...whole } = await run();
  expect(whole).toEqual({ code: 0, parts: new Set(['cached']) });
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.cache'))) {
    const bytes = readFileSync(join(folder, name));
    // A power cut leaves a new file in its length, with zeros where its blocks were not written yet.
    writeFileSync(join(folder, name), bytes.fill(0, bytes.length / 2));
  }
  expect(await run()).toEqual({ code: 0, stdout, parts: new Set(['compiled']) });
});
