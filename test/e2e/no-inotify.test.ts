import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrivateWorld, program, until, type Running } from './private-world.ts';

/** A user of this run alone, so that the kernel's limits of other users are not touched. */
const uid = String(600_000 + process.pid);
/** Holds every inotify instance that the user may have, until it is ended. The limit itself is the machine's. */
const holder = `
my $number = { x86_64 => 294, aarch64 => 26 }->{(POSIX::uname())[4]} or die;
1 while syscall($number, 0) >= 0;
$| = 1; print "held\\n";
sleep 3600`;
const none = 'no inotify instance is left (fs.inotify.max_user_instances)';

let world: PrivateWorld;
let copy: string;
beforeAll(async () => {
  world = new PrivateWorld();
  cpSync(dirname(program), world.folder('program'), { recursive: true });
  copy = join(world.root, 'program/cli.js');
  world.writeRegistry('sessions: {}\n', 60);
  spawnSync('chown', ['-R', `${uid}:${uid}`, world.root]);
  const held = asUser('bash', '-c', 'ulimit -n $(ulimit -Hn); exec perl -MPOSIX -e "$0"', holder);
  await until('the instances to be used up', () => held.stdout().includes('held'));
});
afterAll(() => world.close());

/**
 * Returns a command as that user. Where the tests do not run as root, it runs in a user namespace without a limit of
 * its own.
 */
function ofUser(...command: readonly string[]): readonly [string, ...string[]] {
  if (process.getuid?.() === 0) return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...command];
  const script = 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"';
  return ['unshare', '--user', '--map-root-user', 'sh', '-c', script, 'none', ...command];
}

function asUser(...command: readonly string[]): Running {
  const [file, ...words] = ofUser(...command);
  return world.startOther(file, words);
}

const asm = (...words: readonly string[]): Running => asUser(process.execPath, copy, ...words);

async function ran(...words: readonly string[]) {
  const running = asm(...words);
  const code = await running.exited;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

test('a monitor watches, a follower shows each comment, and a stop is heard', async () => {
  const monitor = asm('monitor', '--interval', '1s', '--heartbeat', '1s', '--level', 'verbose');
  await until('it to watch', () => monitor.stderr().includes('watching 0 sessions'));
  const follower = asm('card', '--follow');
  await until('the card', () => follower.stdout().includes('monitor my sessions'));
  expect(await ran('comment', 'hello follower')).toMatchObject({ code: 0 });
  await until('the comment', () => follower.stdout().includes('hello follower'));
  const said = `${none}: the card is read once a second instead`;
  expect(follower.stderr()).toContain(said);
  expect(monitor.stderr().split(said)).toHaveLength(2);
  await until('the heartbeat', () => follower.stdout().includes(`deaths by the poll only: /dev/pts: ${none}`));
  expect(await ran('comment', 'stop monitoring')).toMatchObject({ code: 0 });
  expect(await monitor.exited).toBe(0);
  await until('the end', () => /^blocked: /m.test(follower.stdout()));
  expect(await follower.end('SIGTERM')).toBe(0);
  expect(follower.stderr()).not.toContain('defect');
});

test('each other command works, and those that tell how deaths are seen say why', async () => {
  const subscribed = asm('reconcile', '--subscribe', '--emit-diff', '--interval', '1s');
  const followed = asm('history', '--follow');
  await until('their first answers', () => subscribed.stdout() !== '' && followed.stdout() !== '');
  expect(await ran('reconcile', '--once')).toMatchObject({ code: 0 });
  expect(await ran('status')).toMatchObject({ code: 0 });
  const { code, stdout } = await ran('doctor');
  expect(code).toBe(1);
  expect(stdout).toContain(`/dev/pts: off, ${none}`);
  expect(stdout).toContain(`registry folder: off, ${none}`);
  world.writeRegistry('sessions: [', 0);
  await until('the trouble', () => subscribed.stderr().includes('cannot be read'));
  await until('its event', () => followed.stdout().includes('registry'));
  expect(await subscribed.end('SIGTERM')).toBe(0);
  expect(await followed.end('SIGTERM')).toBe(0);
  expect([subscribed.stderr(), followed.stderr()].join('')).not.toContain('defect');
});

test('a worker waits for drifts by the poll', async () => {
  world.writeRegistry('sessions: {}\n', 60);
  const [command, ...args] = ofUser(process.execPath, copy, 'mcp');
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command, args, env: world.env, cwd: world.home, stderr: 'pipe' }));
  try {
    const answer = await client.callTool({ name: 'wait_for_drift', arguments: { max_seconds: 1 } });
    expect(answer.isError).not.toBe(true);
  } finally {
    await client.close();
  }
});
