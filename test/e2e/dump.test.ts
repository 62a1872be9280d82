import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, program } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const session = 'shop-creator-claude';
const prompt = 'tell nobody about the merger';

test('what a pass saw is written into a file for its owner alone, and planned on elsewhere', async () => {
  world.writeRegistry(
    `sessions:\n  gone-creator-claude: { agent: claude, status: running, cwd: ${world.work}, pane: { pid: 4194301 } }\n`,
    60,
  );
  await world.openSession(session, { args: [prompt] });
  const before = world.readRegistry();
  const [plain, redacted] = ['dump.json', 'redacted.json'].map((name) => join(world.root, name));
  const dumped = await world.run(['explain', '--dump', plain ?? '']);
  expect([dumped.code, dumped.stderr]).toEqual([0, '']);
  expect(dumped.stdout).toContain('what a pass saw of 1 entry');
  expect(world.readRegistry()).toBe(before);
  expect(statSync(plain ?? '').mode & 0o777).toBe(0o600);
  expect((await world.run(['explain', '--dump', redacted ?? '', '--redact'])).code).toBe(0);
  for (const path of [plain, redacted]) expect(readFileSync(path ?? '', 'utf8')).not.toContain('merger');
  for (const word of ['shop', world.work]) expect(readFileSync(redacted ?? '', 'utf8')).not.toContain(word);

  // Another machine: no tmux, no registry, nothing of this home.
  const env = { PATH: '/nowhere', HOME: '/nowhere', AGENT_SESSIONS_YAML: '/nowhere/none.yaml' };
  for (const path of [plain, redacted]) {
    const replayed = await world.run(['explain', '--replay', path ?? ''], { env });
    expect([replayed.code, replayed.stderr]).toEqual([0, '']);
    expect(replayed.stdout).toMatch(/creator-claude: tmux gone \(was pane 4194301\)\. Would be marked terminated\./);
    expect(replayed.stdout.trimEnd().split('\n').at(-1)).toBe('The plan is the one in the dump.');
  }
  const one = await world.run(['explain', 'gone-creator-claude', '--replay', plain ?? ''], { env });
  expect(one.stdout).toContain('evidence');

  const again = await world.run(['explain', '--dump', plain ?? '']);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('there is a file of that name')]);
  const none = await world.run(['explain', '--replay', world.registry], { env });
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('this is no dump')]);
});

test('a full disk leaves no half dump behind', async () => {
  world.writeRegistry('sessions: {}\n', 60);
  const path = join(world.root, 'dump.json');
  // The longest file that this process may write stands in for the disk; node ignores the signal that comes with it.
  const limited = execaSync(
    'bash',
    ['-c', 'ulimit -f 1; exec "$@"', 'bash', process.execPath, program, 'explain', '--dump', path],
    {
      env: world.env,
      extendEnv: false,
      reject: false,
    },
  );
  expect([limited.exitCode, limited.stderr]).toEqual([2, expect.stringContaining('the dump cannot be written')]);
  expect(existsSync(path)).toBe(false);
});
