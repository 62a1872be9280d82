import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeClaudeRecord } from './claude-record.ts';
import { isAlive, kill, PrivateWorld, until, which, type Running } from './private-world.ts';

let world: PrivateWorld;
let listings: string;
let counting: string;
beforeEach(() => {
  world = new PrivateWorld();
  listings = world.file('listings', '');
  counting = `[[ "$*" == *list-panes* ]] && echo >>'${listings}'`;
  putIntoPath('tmux', `${counting}\nexec ${which('tmux')} "$@"`);
});
afterEach(() => world.close());

const name = (number: number): string => `s${number}-creator-claude`;
const listed = (): number => readFileSync(listings, 'utf8').length;
const dead = (): number => world.readRegistry().match(/status: terminated/g)?.length ?? 0;
const isDead = (session: string): boolean =>
  new RegExp(`^  ${session}:\n(    .*\n)*?    status: terminated`, 'm').test(world.readRegistry());

/** Puts a program before the system's in PATH. */
function putIntoPath(program: string, script: string): void {
  chmodSync(world.file(`bin/${program}`, `#!/bin/bash\n${script}\n`), 0o755);
}

/**
 * Opens so many sessions, and waits until they are registered and settled.
 * @returns the pids of their panes
 */
async function settled(count: number): Promise<readonly number[]> {
  const panes: number[] = [];
  for (let number = 0; number < count; number += 1) panes.push(await world.openSession(name(number)));
  await world.reconcile();
  return panes;
}

/** Starts a monitor whose poll is too rare for these tests, and waits until its heartbeat names that trigger. */
async function pushed(trigger = '/dev/pts'): Promise<Running> {
  const monitor = await world.monitor(['--interval', '10m', '--heartbeat', '1s', '--level', 'verbose']);
  await until(`a heartbeat that names ${trigger}`, async () =>
    (await world.comments(cardOf(monitor))).some((body) => new RegExp(`triggers: [^(]*${trigger}`).test(body)),
  );
  return monitor;
}

const cardOf = (monitor: Running): string => /on card (\S+)/.exec(monitor.stderr())?.[1] ?? '';

const serverPid = (): number => Number(world.tmux(['display-message', '-p', '#{pid}']));

test('deaths of all sorts, one after the other, are written before the poll comes', async () => {
  const sorts: ((session: string, pane: number) => unknown)[] = [
    (_, pane) => kill(pane, 'SIGKILL'),
    (_, pane) => kill(pane, 'SIGTERM'),
    (_, pane) => kill(pane, 'SIGHUP'),
    (session) => world.tmux(['kill-session', '-t', `=${session}`]),
    (session) => world.tmux(['kill-window', '-t', `=${session}:`]),
    (session) => world.tmux(['kill-pane', '-t', `=${session}:`]),
  ];
  const panes = await settled(sorts.length * 2 + 1);
  const monitor = await pushed();
  for (const [number, pane] of panes.slice(0, -1).entries()) {
    sorts[number % sorts.length]?.(name(number), pane);
    await until(`the death of ${name(number)}`, () => isDead(name(number)));
    expect(dead()).toBe(number + 1);
  }
  expect(await monitor.end('SIGTERM')).toBe(0);
});

test('fifty at once are written with a few listings, not with one for each', async () => {
  const panes = await settled(60);
  const monitor = await pushed();
  const before = listed();
  const began = performance.now();
  for (const pane of panes.slice(0, 50)) kill(pane, 'SIGKILL');
  await until('all fifty', () => dead() === 50);
  // Panes that die one after the other, on a machine that is held up, are a reason to look again.
  const seconds = (performance.now() - began) / 1_000;
  expect(listed() - before).toBeLessThanOrEqual(5 + seconds * 2);
  await monitor.end('SIGTERM');
});

test('what only looks like a death is looked at at once, and is none', async () => {
  const [pane = 0] = await settled(2);
  const monitor = await pushed();
  const window = `=${name(0)}:`;
  const looked = async (what: string, change: () => unknown): Promise<void> => {
    const before = listed();
    change();
    await until(`a look at ${what}`, () => listed() > before);
  };
  await looked('a second pane', () => world.tmux(['split-window', '-d', '-t', window, 'sleep 3600']));
  await looked('its death', () => world.tmux(['kill-pane', '-t', `${window}.1`]));
  await looked('a pane begun anew', () => world.tmux(['respawn-pane', '-k', '-t', window, 'sleep 3600']));
  expect(isAlive(pane)).toBe(false);
  world.tmux(['set-option', '-w', '-t', window, 'remain-on-exit', 'on']);
  await looked('a pane that is kept', () =>
    kill(Number(world.tmux(['display-message', '-p', '-t', window, '#{pane_pid}'])), 'SIGKILL'),
  );
  expect(dead()).toBe(0);
  await monitor.end('SIGTERM');
});

test('a renamed session, of which nothing tells, is found by the poll', async () => {
  await settled(1);
  const monitor = await world.monitor(['--interval', '1s']);
  world.tmux(['rename-session', '-t', `=${name(0)}`, 'other']);
  await until('its comment', () => /session-renamed/.test(readLog()));
  expect(dead()).toBe(0);
  await monitor.end('SIGTERM');
});

function readLog(): string {
  const folder = readdirSync(world.state).find((entry) => /^[0-9a-f]{8}$/.test(entry)) ?? '';
  const path = join(world.state, folder);
  return readdirSync(path)
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => readFileSync(join(path, file), 'utf8'))
    .join('');
}

test('a new conversation is written when its file appears, long after its record', async () => {
  const [claude, agy] = ['10000000-0000-4000-8000-000000000000', '20000000-0000-4000-8000-000000000000'];
  const root = 'home/.gemini/antigravity-cli';
  for (const folder of ['presence', 'conversations']) world.folder(`${root}/${folder}`);
  const lock = join(world.root, root, 'presence', `${agy}.lock`);
  await world.openSession('blog-creator-agy', { agent: 'agy', env: { AGENT_LOCK: lock } });
  const [pane = 0] = await settled(1);
  writeClaudeRecord(world, pane, { status: 'idle', id: claude });
  const monitor = await pushed();
  world.file(`home/.claude/projects/${world.work.replaceAll(/[^A-Za-z0-9]/g, '-')}/${claude}.jsonl`, '{}\n');
  await until("Claude's id", () => world.readRegistry().includes(`claude_session_id_own: ${claude}`));
  world.file(`${root}/conversations/${agy}.db`, 'SQLite');
  await until("Antigravity's id", () => world.readRegistry().includes(`conversation_id: ${agy}`));
  await monitor.end('SIGTERM');
});

test('reconcile --subscribe lives through a registry that is half saved: said once, then it goes on', async () => {
  await world.openSession('kept');
  await world.openSession('shop-creator-claude');
  const subscribed = world.start(['reconcile', '--subscribe', '--emit-diff', '--interval', '1s']);
  await until('the first document', () => subscribed.stdout().includes('session-unregistered'));
  const whole = world.readRegistry();
  world.writeRegistry(`${whole}a: [`);
  await until('the trouble', () => subscribed.stderr().includes('registry'));
  world.writeRegistry(whole);
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await until('the death', () => subscribed.stdout().includes('session-gone'));
  await subscribed.end('SIGTERM');
});

test('reconcile --subscribe prints a death before its poll comes', async () => {
  await settled(2);
  const subscribed = world.start(['reconcile', '--subscribe', '--emit-diff', '--interval', '10m']);
  await until('its first look', () => subscribed.stdout() !== '');
  world.tmux(['kill-session', '-t', `=${name(0)}`]);
  const news = await until('the news', () => subscribed.stdout().trim().split('\n')[1]);
  expect(JSON.parse(news).drifts).toMatchObject([{ kind: 'session-gone', session: name(0) }]);
  expect(await subscribed.end('SIGTERM')).toBe(0);
});

test('with all that tells cut off, the poll writes every death within one interval, and the heartbeat says so', async () => {
  const panes = await settled(4);
  const isRoot = process.getuid?.() === 0;
  const own = isRoot ? ['--mount'] : ['--user', '--map-current-user', '--keep-caps', '--mount'];
  const script = 'mount -t tmpfs none /dev/pts && exec "$@"';
  const words = ['monitor', '--interval', '2s', '--heartbeat', '1s', '--level', 'verbose'];
  const inside = [process.execPath, join(import.meta.dirname, '../../dist/cli.js'), ...words];
  const monitor = world.startOther('unshare', [...own, 'sh', '-c', script, 'cut-off', ...inside]);
  const card = await until('it to watch', () => /on card (\S+)/.exec(monitor.stderr())?.[1]);
  for (const pane of panes.slice(0, 2)) kill(pane, 'SIGKILL');
  await until('both deaths', () => dead() === 2);
  const said = await until('a heartbeat that says so', async () =>
    (await world.comments(card)).find((body) => body.includes('deaths by the poll only')),
  );
  expect(said).toMatch(
    /triggers: timer, registry folder, agent files, reports \(deaths by the poll only: \/dev\/pts: .+\)/,
  );
  expect(await monitor.end('SIGTERM')).toBe(0);
});

test('nothing of tmux is changed, neither while it watches nor after', async () => {
  await settled(3);
  world.tmux(['select-window', '-t', `=${name(1)}:`]);
  world.tmux(['set-option', '-t', `=${name(1)}:`, 'status', 'off']);
  const owned = [0, 1, 2].flatMap((number) =>
    [
      ['show-options', '-A'],
      ['show-options', '-w', '-A'],
      ['show-options', '-p', '-A'],
      ['show-hooks'],
      ['show-hooks', '-w'],
      ['show-environment'],
    ].map((words) => [...words, '-t', `=${name(number)}:`]),
  );
  const state = (): string =>
    [
      ['show-options', '-s'],
      ['show-options', '-g'],
      ['show-options', '-gw'],
      ['show-hooks', '-g'],
      ['show-hooks', '-gw'],
      ['show-environment', '-g'],
      ...owned,
      [
        'list-sessions',
        '-F',
        '#{session_id} #{session_name} #{session_attached} #{session_activity} #{session_created}',
      ],
      ['list-panes', '-a', '-F', '#{session_name} #{window_name} #{pane_id} #{pane_pid} #{pane_width} #{pane_height}'],
      ['list-clients'],
      ['display-message', '-p', '#{session_name}'],
    ]
      .map((words) => world.tmux(words))
      .join('\n');
  const before = state();
  const monitor = await pushed();
  expect(state()).toBe(before);
  await monitor.end('SIGTERM');
  expect(state()).toBe(before);
});

test('kill-server ends the server while it watches, and so does the end of its last session', async () => {
  await settled(2);
  const monitor = await pushed();
  const first = serverPid();
  world.tmux(['kill-server']);
  await until('the server to end', () => !isAlive(first));
  await world.openSession(name(7));
  const second = serverPid();
  world.tmux(['kill-session', '-t', `=${name(7)}`]);
  await until('the server to end with its last session', () => !isAlive(second));
  await monitor.end('SIGTERM');
});

test('of tmux only its lists are asked: no client attaches, and none is in control mode', async () => {
  const [pane = 0] = await settled(2);
  const calls = world.file('calls', '');
  putIntoPath('tmux', `${counting}\necho "$*" >>'${calls}'\nexec ${which('tmux')} "$@"`);
  const monitor = await pushed();
  kill(pane, 'SIGKILL');
  await until('the death', () => isDead(name(0)));
  await world.run(['doctor']);
  await world.run(['status']);
  expect(await monitor.end('SIGTERM')).toBe(0);
  const asked = readFileSync(calls, 'utf8').trim().split('\n');
  const lists = /^-N -u -S \S+ list-(panes -a|sessions) -F /;
  expect(asked.filter((call) => !lists.test(call) && call !== '-V')).toEqual([]);
});
