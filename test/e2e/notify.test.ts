import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noticeSchema } from '../../src/tell/notify/notice-schema.ts';
import { Receiver } from '../tell/notify/receiver.ts';
import { writeClaudeRecord } from './claude-record.ts';
import { PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
let receiver: Receiver;
beforeEach(async () => {
  world = new PrivateWorld();
  receiver = await new Receiver().open();
});
afterEach(async () => {
  await receiver.close();
  await world.close();
});

function configure(more = ''): void {
  const list = `notify: [{ kind: webhook, name: hook, url: '${receiver.url}/secret-path'${more} }]\n`;
  world.file('home/.config/agent-sessions-monitor/config.yaml', `tmux: { sockets: [] }\n${list}`);
}

const notices = () => receiver.bodies.map((body) => noticeSchema.parse(body));
const told = () => notices().flatMap(({ events }) => events.map(({ kind, session }) => `${kind} ${session}`));
const kill = (session: string) => world.tmux(['kill-session', '-t', `=${session}`]);

test('a killed session is told once, and not again by the next monitor', async () => {
  configure();
  for (const name of ['a', 'b', 'c']) await world.openSession(`${name}-creator-claude`);
  const monitor = await world.monitor();
  await until('the sessions to be registered', () => /c-creator-claude/.test(world.readRegistry()));
  kill('a-creator-claude');
  await until('the notice', () => told().length > 0);
  await monitor.end('SIGTERM');

  const next = await world.monitor();
  kill('b-creator-claude');
  await until('the second notice', () => told().length > 1);
  await next.end('SIGTERM');
  expect(told()).toEqual(['session-gone a-creator-claude', 'session-gone b-creator-claude']);
});

test('a notifier that comes into the config under a monitor: doctor and the test say that it must start again', async () => {
  const monitor = await world.monitor();
  configure();
  const behind = expect.stringMatching(
    /^\S+config\.yaml was changed: the monitor that runs since \S+ does not know it/,
  );
  const said = async () => {
    const { findings } = JSON.parse((await world.run(['doctor', '--json'])).stdout);
    return findings.flatMap(({ id, message }: { id: string; message: string }) => (id === 'monitor' ? [message] : []));
  };
  expect(await said()).toEqual([behind]);
  const tested = await world.run(['notify', 'test']);
  expect([tested.code, tested.stderr]).toEqual([0, behind]);

  await monitor.end('SIGTERM');
  await world.monitor();
  expect(await said()).toEqual([]);
  expect((await world.run(['notify', 'test'])).stderr).toBe('');
});

test('a receiver that is down gets it once when it is back; meanwhile doctor says why, without the address', async () => {
  configure();
  await world.openSession('a-creator-claude');
  await world.openSession('b-creator-claude');
  const monitor = await world.monitor();
  await until('the sessions to be registered', () => /b-creator-claude/.test(world.readRegistry()));
  await receiver.close();
  kill('a-creator-claude');
  const doctor = await until('doctor to say so', async () => {
    const { stdout } = await world.run(['doctor']);
    return stdout.includes('nothing sent since') ? stdout : null;
  });
  expect(doctor).toContain('the receiver could not be reached (ECONNREFUSED)');
  expect(doctor).not.toContain('secret-path');
  const refused = await world.run(['notify', 'test']);
  expect(refused).toMatchObject({ code: 5, stdout: '' });
  expect(refused.stderr).toContain('hook: the receiver could not be reached (ECONNREFUSED)');
  await receiver.open();
  await until('the notice', () => told().length > 0);
  await monitor.end('SIGTERM');
  expect(told()).toEqual(['session-gone a-creator-claude']);
});

test('a session that waits is told, a snoozed one is not, nor that it is snoozed; after its snooze it is', async () => {
  configure();
  const config = 'home/.config/agent-sessions-monitor/config.yaml';
  world.file(config, `${readFileSync(join(world.root, config), 'utf8')}attention: { after: 1s }\n`);
  const names = ['a-creator-claude', 'b-creator-claude'] as const;
  const pids = [await world.openSession(names[0]), await world.openSession(names[1])];
  const monitor = await world.monitor();
  await until('the sessions to be registered', () => /b-creator-claude/.test(world.readRegistry()));
  expect((await world.run(['snooze', names[1], '2h'])).code).toBe(0);
  pids.forEach((pid, index) =>
    writeClaudeRecord(world, pid, { status: 'waiting', id: `${index}0000000-0000-4000-8000-000000000001` }),
  );
  await until('the first to be told', () => told().length > 0);
  expect((await world.run(['snooze', names[0], '2h'])).code).toBe(0);
  await until('that to be resolved', () => world.logged('resolved') > 0);
  expect((await world.run(['snooze', names[1], '0s'])).code).toBe(0);
  await until('the second to be told', () => told().length > 1);
  await monitor.end('SIGTERM');
  expect(told()).toEqual(names.map((name) => `needs-you ${name}`));
  expect(notices().map(({ title }) => title)).toEqual(names.map((name) => `${name}: needs you`));
});

test('quiet hours hold it back, and a test is sent all the same', async () => {
  configure(", quiet_hours: '00:00-23:59'");
  await world.openSession('a-creator-claude');
  await world.openSession('b-creator-claude');
  // The zone is chosen so that it is noon.
  const east = 12 - new Date().getUTCHours();
  const monitor = world.start(['monitor', '--interval', '1s'], { TZ: `XXX${-east}` });
  await until('the sessions to be told', () => world.logged('posted') > 0);
  kill('a-creator-claude');
  await until('the card to be told', () => world.logged('posted') > 1);
  expect(receiver.received).toEqual([]);
  expect(await world.run(['notify', 'test', 'hook'])).toMatchObject({ code: 0, stdout: 'hook (webhook): HTTP 200\n' });
  expect(await world.run(['notify', 'test', 'hok'])).toMatchObject({ code: 2, stdout: '' });
  await monitor.end('SIGTERM');
  expect(notices()).toMatchObject([{ test: true, events: [] }]);
});

test('a real desktop shows hostile names as text', async () => {
  world.file(
    'home/.config/agent-sessions-monitor/config.yaml',
    "notify: [{ kind: desktop, name: '--x <b>y</b> &amp;' }]\n",
  );
  const script = `
    number=$(mktemp)
    Xvfb -displayfd 3 -screen 0 640x480x24 -nolisten tcp 3>"$number" 2>/dev/null & x=$!
    until [ -s "$number" ]; do :; done
    export DISPLAY=":$(cat "$number")"
    dunst 2>/dev/null & daemon=$!
    until dunstctl is-paused >/dev/null 2>&1; do :; done
    "$@" >&2
    dunstctl close-all
    dunstctl history
    kill "$daemon" "$x"`;
  const node = process.execPath;
  const asm = [node, join(import.meta.dirname, '../../dist/cli.js'), 'notify', 'test'];
  const desk = world.startOther('dbus-run-session', ['--', 'bash', '-c', script, 'desk', ...asm]);
  await desk.exited;
  expect(desk.stderr()).toContain('notify-send ended with 0');
  const [shown] = JSON.parse(desk.stdout()).data[0];
  expect(shown.summary.data).toBe('Test of agent-sessions-monitor');
  expect(shown.body.data).toContain('The notifier --x &lt;b&gt;y&lt;/b&gt; &amp;amp; works.');
});
