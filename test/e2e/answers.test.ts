import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeClaudeRecord } from './claude-record.ts';
import { isAlive, PrivateWorld, program, until, type Running } from './private-world.ts';

/** A monitor that runs answers `status` of other processes, as a look of their own would. */

let world: PrivateWorld;
let pids: Record<string, number> = {};
const id = (number: number) => `1000000${number}-0000-4000-8000-000000000000`;
let since = 0;

beforeEach(async () => {
  world = new PrivateWorld();
  pids = {};
  since = Date.now();
  for (const [number, name] of ['works', 'idles', 'waits'].entries()) {
    const pid = await world.openSession(`${name}-creator-claude`);
    pids[name] = pid;
    const status = ({ works: 'busy', idles: 'idle', waits: 'waiting' } as const)[name] ?? 'idle';
    writeClaudeRecord(world, pid, { status, id: id(number), since });
  }
  await world.openSession('shell-creator-agy', { agent: 'agy', inShell: true });
  const entry = (name: string, number: number): string =>
    `  ${name}-creator-claude: { agent: claude, cwd: ${world.work}, status: running, claude_session_id_own: ${id(number)} }\n`;
  world.writeRegistry(
    `sessions:
${['works', 'idles', 'waits'].map(entry).join('')}  old-creator-claude: { workspace: old, agent: claude, status: terminated, terminated_at: 2026-01-01T00:00:00Z }
  odd: { agent: claude, status: paused }
`,
    60,
  );
});
afterEach(() => world.close());

/** Asks with the debug log, which says whether a monitor answered. */
async function status(words: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await world.run(['--log-level', 'debug', 'status', ...words], { env });
  const said = /the monitor of this registry (?:answered|did not answer \(\w+\))/.exec(stderr)?.[0] ?? 'not asked';
  return { shown: { code, stdout }, said: said.replace('the monitor of this registry ', ''), stderr };
}

/** Does as `status`, again while the monitor of a busy machine is later than the asker waits. */
function inTime(words: readonly string[] = [], env: Record<string, string> = {}) {
  return until('a monitor that is in time', async () => {
    const seen = await status(words, env);
    return seen.said === 'did not answer (late)' ? null : seen;
  });
}

function socket(): string {
  const folder = readdirSync(world.state).find((name) => /^[0-9a-f]{8}$/.test(name)) ?? '';
  const name = readdirSync(join(world.state, folder)).find((one) => one.endsWith('.sock'));
  return name === undefined ? '' : join(world.state, folder, name);
}

/** Looks without the monitor: a socket that others may open is not asked. */
async function ownLook(words: readonly string[] = []) {
  const path = socket();
  chmodSync(path, 0o644);
  const own = await status(words);
  chmodSync(path, 0o600);
  expect(own.said).toBe('not asked');
  return own.shown;
}

async function watched(words: readonly string[] = []): Promise<Running> {
  const monitor = await world.monitor(['--interval', '30s', ...words]);
  await until('an answer', async () => (await status()).said === 'answered');
  return monitor;
}

/** Waits until both say the same of what just changed; an answer may be 2 s old. */
async function expectSame(words: readonly string[], shows: RegExp): Promise<void> {
  await until(`${String(shows)} in status ${words.join(' ')}`, async () => {
    const answered = await inTime(words);
    expect(answered.said).toBe('answered');
    if (!shows.test(answered.shown.stdout)) return false;
    const own = await ownLook(words);
    // A minute may have passed between the two looks, but not twice.
    if (isDeepStrictEqual(answered.shown, own)) return true;
    expect((await inTime(words)).shown).toEqual(await ownLook(words));
    return true;
  });
}

test('the answer is byte for byte that of a look of its own, while the fleet lives', async () => {
  const monitor = await watched();
  await until('all to be registered', () => /shell-creator-agy/.test(world.readRegistry()));
  const path = socket();
  expect([lstatSync(path).mode & 0o777, lstatSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  const views = [[], ['--json'], ['--line'], ['--waiting'], ['--workspace', 'old', '--all'], ['--agent', 'claude']];
  for (const words of views) await expectSame(words, /./);
  await expectSame([], /needs you (<1m|\d+m): permission prompt/);

  // What no trigger hears, what one hears, and what the user does.
  writeClaudeRecord(world, pids['idles'] ?? 0, { status: 'waiting', id: id(1), since });
  await expectSame([], /idles-creator-claude +claude +needs you (<1m|\d+m)/);
  world.tmux(['kill-session', '-t', '=works-creator-claude']);
  await until('the death to be written', () => /auto-detected/.test(world.readRegistry()));
  await expectSame([], /works-creator-claude +claude +gone/);
  await expectSame(['--json'], /"group":"gone"/);
  world.writeRegistry(world.readRegistry().replace('odd:', 'even:'), 60);
  expect((await status()).shown.stdout).toMatch(/^even /m);
  await world.run(['snooze', 'waits-creator-claude', '1h']);
  expect((await status(['--json'])).shown.stdout).toMatch(/"snoozed":\{/);
  await expectSame([], /even/);

  // What is wrong with the words is said as ever.
  expect(await world.run(['status', '--agent', 'nobody'])).toMatchObject({ code: 2, stdout: '' });
  expect(await monitor.end('SIGTERM')).toBe(0);
  expect(socket()).toBe('');
  expect((await status()).said).toBe('not asked');
});

test('a monitor that hangs costs the deadline once, and one that was killed costs nothing', async () => {
  // What has no entry would be registered after a while.
  world.tmux(['kill-session', '-t', '=shell-creator-agy']);
  const monitor = await watched();
  process.kill(monitor.pid, 'SIGSTOP');
  const own = await ownLook();
  const hung = await status();
  expect(hung).toMatchObject({ shown: own, said: 'did not answer (late)' });
  expect(hung.stderr.match(/did not answer/g)).toHaveLength(1);
  await monitor.end('SIGKILL');
  expect(isAlive(monitor.pid)).toBe(false);
  expect(await inTime()).toMatchObject({ shown: own, said: 'did not answer (nothing)' });
  // The next one takes the place of the socket that was left behind.
  const before = lstatSync(socket()).ctimeMs;
  await watched();
  expect(lstatSync(socket()).ctimeMs).toBeGreaterThan(before);
});

test('only the same look is answered, of the same user', async () => {
  await watched();
  const other = world.file('other.yaml', 'tmux: { sockets: [/nowhere/socket] }\n');
  expect((await inTime(['--config', other])).said).toBe('did not answer (nothing)');
  const env = { TMUX_TMPDIR: world.folder('other-tmux') };
  expect((await inTime([], env)).said).toBe('did not answer (nothing)');
  expect((await inTime([], { CLAUDE_CONFIG_DIR: world.folder('other-claude') })).said).toBe('did not answer (nothing)');
  const samePlaces = { PATH: `/nowhere:${world.env['PATH']}` };
  await until('an answer', async () => (await status([], samePlaces)).said === 'answered');
  if (process.geteuid?.() !== 0) return;
  chownSync(socket(), 65_534, 65_534);
  expect((await status()).said).toBe('not asked');
});

test('what another user or another program left at the place of the socket stays there, and nothing is asked', async () => {
  const first = await watched();
  const path = socket();
  await first.end('SIGTERM');
  const server = createServer((asker) =>
    asker
      .on('error', () => undefined)
      .resume()
      .end('{"asm":1,"overview":{}}\n'),
  ).listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  const { ino } = lstatSync(path);
  const second = await world.monitor();
  const nonsense = await inTime();
  expect(nonsense.said).toBe('did not answer (garbled)');
  expect(nonsense.shown.stdout).toMatch(/waits-creator-claude +claude +needs you (<1m|\d+m)/);
  await second.end('SIGTERM');
  expect(lstatSync(path).ino).toBe(ino);
  await new Promise((resolve) => server.close(resolve));
  if (process.geteuid?.() !== 0) return;
  world.file('left', '');
  cpSync(join(world.root, 'left'), path);
  chownSync(path, 65_534, 65_534);
  await world.monitor();
  expect((await status()).said).toBe('not asked');
  expect(lstatSync(path).uid).toBe(65_534);
  unlinkSync(path);
});

test('a path that is too long means no socket, and all else is as ever', async () => {
  world.env = { ...world.env, AGENT_SESSIONS_MONITOR_STATE_DIR: join(world.state, 'a'.repeat(80)) };
  const monitor = await world.monitor();
  const seen = await status();
  expect(seen.said).toBe('not asked');
  expect(seen.shown.stdout).toMatch(/waits-creator-claude +claude +needs you (<1m|\d+m)/);
  expect(await monitor.end('SIGTERM')).toBe(0);
});

test('one part of the program answers alone', async () => {
  world.seeAllServers();
  await watched();
  const alone = world.folder('alone');
  cpSync(dirname(program), alone, { recursive: true });
  for (const name of readdirSync(alone)) if (/^(pass|parse|config|broker|rest)-/.test(name)) rmSync(join(alone, name));
  const small = async (...words: string[]) => {
    const running = world.startOther(process.execPath, [join(alone, 'cli.js'), ...words]);
    return { code: await running.exited, stdout: running.stdout() };
  };
  for (const words of [[], ['--json'], ['--line']]) {
    // Where the monitor is not in time, the part that would look itself is missing.
    await until(`an answer to status ${words.join(' ')}`, async () => {
      const shown = await small('status', ...words);
      if (shown.stdout === '') return false;
      expect(shown).toEqual(await ownLook(words));
      return true;
    });
  }
});

test('a monitor goes on when an upgrade takes the files of the program away', async () => {
  const upgraded = world.folder('upgraded');
  cpSync(dirname(program), upgraded, { recursive: true });
  const told = join(world.root, 'told');
  const notify = `notify: [{ kind: command, argv: [tee, ${told}] }]\n`;
  world.file('home/.config/agent-sessions-monitor/config.yaml', `tmux: { sockets: [] }\n${notify}`);
  const monitor = world.startOther(process.execPath, [join(upgraded, 'cli.js'), 'monitor', '--interval', '30s']);
  await until('an answer', async () => (await status()).said === 'answered');
  for (const name of readdirSync(upgraded)) if (/\.(cjs|cache|js)$/.test(name)) rmSync(join(upgraded, name));
  // Its parser reads the new text, its writer writes, and it calls a program.
  world.writeRegistry(world.readRegistry().replace('status: paused', 'status: running'), 0);
  await until('the death in the registry', () => /odd:[^\n]*terminated/.test(world.readRegistry()));
  await until('the notice of it', () => existsSync(told) && readFileSync(told, 'utf8').includes('odd'));
  expect(isAlive(monitor.pid)).toBe(true);
});
