import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodedFolder } from '../../src/agents/claude/project-folder.ts';
import { noticeSchema } from '../../src/tell/notify/notice-schema.ts';
import { Receiver } from '../tell/notify/receiver.ts';
import { PrivateWorld, until } from './private-world.ts';

/** Notifiers among hostile names, hostile receivers, and a monitor that is killed. */

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

const configure = (...notifiers: readonly object[]) =>
  world.file(
    'home/.config/agent-sessions-monitor/config.yaml',
    `tmux: { sockets: [far] }\nnotify: ${JSON.stringify(notifiers)}\n`,
  );
const notices = () => receiver.bodies.map((body) => noticeSchema.parse(body));
const events = () => notices().flatMap((notice) => notice.events);
const registered = (session: string) =>
  until(`${session} to be registered`, () => world.readRegistry().includes(session));

test('a monitor killed between the receiver and its own note: told again, with the same ids', async () => {
  configure({ kind: 'webhook', url: receiver.url });
  await world.openSession('a-creator-claude');
  await world.openSession('b-creator-claude');
  const monitor = await world.monitor();
  await registered('b-creator-claude');
  receiver.answer = null;
  world.tmux(['kill-session', '-t', '=a-creator-claude']);
  await until('the notice', () => receiver.received.length > 0);
  await monitor.end('SIGKILL');
  receiver.answer = { status: 200 };
  const next = await world.monitor();
  await until('the notice again', () => receiver.received.length > 1);
  world.tmux(['kill-session', '-t', '=b-creator-claude']);
  await until('the next notice', () => receiver.received.length > 2);
  await next.end('SIGTERM');
  const keys = receiver.received.map(({ headers }) => headers['idempotency-key']);
  expect(keys[1]).toBe(keys[0]);
  expect(notices().map(({ events: all }) => all.map(({ session }) => session))).toEqual([
    ['a-creator-claude'],
    ['a-creator-claude'],
    ['b-creator-claude'],
  ]);
  expect(new Set(events().map(({ id }) => id)).size).toBe(2);
});

test('no secret of a notifier is in a process’s words, in the state, in doctor, in the log or in an error', async () => {
  const [password, path, token] = ['SECRET1', 'SECRET2', 'SECRET3'] as const;
  const tokenFile = world.file('home/token', token);
  chmodSync(tokenFile, 0o600);
  const url = receiver.url.replace('//', `//me:${password}@`);
  configure(
    { kind: 'webhook', url: `${url}/${path}`, token_file: tokenFile },
    { kind: 'ntfy', url: `${url}/${path}`, token_file: tokenFile },
    { kind: 'command', argv: ['sh', '-c', `echo ${path} >&2; tr '\\0' ' ' </proc/$PPID/cmdline; exit 3`] },
  );
  receiver.answer = () => ({ status: 401, body: `no ${path} with ${token} or ${password}` });
  await world.openSession('a-creator-claude');
  await world.openSession('b-creator-claude');
  const monitor = await world.monitor(['--heartbeat', '1s']);
  await registered('b-creator-claude');
  world.tmux(['kill-session', '-t', '=a-creator-claude']);
  const said = await until('doctor to say so of all', async () => {
    const { stdout } = await world.run(['doctor']);
    return stdout.match(/nothing sent since/g)?.length === 3 ? stdout : null;
  });
  const json = await world.run(['doctor', '--json']);
  const tested = await world.run(['notify', 'test']);
  expect(tested.stderr).toContain(
    'webhook: the receiver answered 401; ntfy: the receiver answered 401; command: sh ended',
  );
  const words = readFileSync(`/proc/${monitor.pid}/cmdline`, 'utf8');
  const history = await world.run(['history', '--json']);
  const heartbeat = join(world.state, 'board', `${monitor.card}.jsonl.heartbeat`);
  await until('the heartbeat to say so', () => readFileSync(heartbeat, 'utf8').includes('the receiver answered 401'));
  const card = JSON.stringify(await world.card(monitor.card));
  await monitor.end('SIGTERM');
  const all = [said, json.stdout, tested.stderr, tested.stdout, words, history.stdout, card];
  for (const text of [
    ...all,
    monitor.stderr(),
    monitor.stdout(),
    ...textsBelow(world.state),
    ...textsBelow(world.cache),
  ]) {
    expect(text).not.toContain('SECRET');
  }

  configure({ kind: 'webhook', url: `ftp://me:${password}@h/${path}` });
  const refused = await world.run(['status']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('expected an address that begins with http:// or https://');
  expect(refused.stderr).not.toContain('SECRET');
});

test('the resume lines of hostile names and folders run nothing but what they say', async () => {
  configure({ kind: 'webhook', url: receiver.url });
  const hostile = ['x$(touch pwned);`touch pwned`-creator-claude', 'it\'s" & touch pwned #-creator-claude'] as const;
  const folder = world.folder("home/work/it's $(touch pwned) `touch pwned`; touch pwned #");
  const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const entries = hostile.map((name, index) => {
    const first = { type: 'user', sessionId: ids[index], cwd: folder, timestamp: new Date().toISOString() };
    const place = join('home/.claude/projects', encodedFolder(folder), `${ids[index]}.jsonl`);
    world.file(place, `${JSON.stringify({ ...first, version: '2.1.332' })}\n`);
    const fields = { agent: 'claude', status: 'running', tmux_socket: 'far', cwd: folder };
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ ...fields, claude_session_id_own: ids[index] })}\n`;
  });
  for (const name of hostile) await world.openSession(name, { socket: 'far', cwd: folder });
  world.writeRegistry(`sessions:\n${entries.join('')}`, 60);
  const monitor = await world.monitor();
  await until('both to be seen', () => world.run(['status']).then(({ stdout }) => stdout.includes('2 ')));
  world.tmux(['kill-session', '-t', `=${hostile[0]}`], 'far');
  await until('the notice', () => events().length > 0);
  world.tmux(['kill-server'], 'far');
  await until('the second notice', () => events().length > 1);
  await monitor.end('SIGTERM');
  // A claude and a tmux that write down their words.
  for (const program of ['claude', 'tmux']) {
    const path = world.file(`fakes/${program}`, `#!/bin/sh\nprintf '%s\\0' ${program} "$@" >>'${world.root}/words'\n`);
    chmodSync(path, 0o755);
  }
  for (const { resume = '' } of events()) {
    execFileSync('sh', ['-c', resume], { cwd: world.root, env: { PATH: `${world.root}/fakes:/usr/bin:/bin` } });
  }
  const words = readFileSync(join(world.root, 'words'), 'utf8').split('\0');
  expect(words).toEqual(expect.arrayContaining(['claude', '--resume', ids[0]]));
  for (const at of [world.root, world.home, world.work, folder]) expect(existsSync(join(at, 'pwned'))).toBe(false);
  expect(events().map(({ session, resume = '' }) => [session, resume.length > 0])).toEqual(
    hostile.map((name) => [name, true]),
  );
});

/** Returns what stands in all files of a folder. */
function textsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
}
