import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PaneTree, Process, Seen } from '../../../src/core/model/observation.ts';
import { parseBootId, parseStat } from '../../../src/system/proc-files.ts';
import { linuxProcesses } from '../../../src/observe/process/linux-processes.ts';
import { childrenOf, kill, until } from '../../e2e/private-world.ts';
import { privateTmux } from '../private-tmux.ts';
import { asNobody, endsWithTest, put, scratchFolder, start, written } from '../scratch.ts';
import { never } from '../../never.ts';

function look() {
  return linuxProcesses().look(never);
}

async function treeOf(pid: number, at = look()): Promise<PaneTree> {
  const seen = (await at.trees([pid])).get(pid);
  if (seen === undefined) throw new Error('no answer');
  if ('blind' in seen) throw new Error(seen.blind);
  return seen.known;
}

async function rootOf(pid: number): Promise<Process> {
  const { root } = await treeOf(pid);
  if (root === null) throw new Error(`${pid} is not there`);
  return root;
}

const absent = { known: { root: null, parentIsTmux: false, descendants: [] } };

test('a process: who it is, where it works, since when', async () => {
  const cwd = scratchFolder();
  const before = Date.now();
  const args = ['-e', 'sleep 3600', 'two words', ''];
  const pid = await start('perl', args, { cwd, argv0: 'editor', env: { HOME: '/h', CLAUDE_CONFIG_DIR: '/c' } });
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  const root = await rootOf(pid);
  expect(root).toEqual({
    pid,
    ppid: process.pid,
    start: stat[21],
    startedAt: expect.any(Number),
    processGroup: Number(stat[4]),
    foregroundGroup: Number(stat[7]),
    tty: Number(stat[6]),
    argv: ['editor', ...args],
    exe: realpathSync('/usr/bin/perl'),
    cwd,
    // It is not an agent, so its environment is not read.
    folders: {},
    home: null,
  });
  expect(await look().startOf(pid)).toBe(root.start);
  // The kernel counts from a boot time in whole seconds.
  expect(Math.abs(root.startedAt - before)).toBeLessThan(60_000);
});

test.each([
  [{ HOME: '/home/me', CLAUDE_CONFIG_DIR: '/home/me/.claude-work' }, '/home/me', '/home/me/.claude-work'],
  [{ HOME: '/home/me', CLAUDE_CONFIG_DIR: '/srv//claude/' }, '/home/me', '/srv/claude'],
  [{ HOME: '/home/me', CLAUDE_CONFIG_DIR: '.claude' }, '/home/me', join(process.cwd(), '.claude')],
  [{ HOME: '/home/me', NOT_HOME: 'HOME=/x' }, '/home/me', null],
  [{ CLAUDE_CONFIG_DIR: '' }, null, null],
])("of an agent's environment %o only where its files are", async (env, home, root) => {
  for (const argv0 of ['claude', 'agy']) {
    const pid = await start('/usr/bin/perl', ['-e', 'sleep 3600'], { env, argv0 });
    expect(await rootOf(pid)).toMatchObject({ home, folders: root === null ? {} : { CLAUDE_CONFIG_DIR: root } });
  }
});

test('the tree below it, the nearest first, with what each was started with', async () => {
  const script = `
    exec { 'perl' } 'claude', '-e', q{
      if (!fork) { exec 'sh', '-c', 'sleep 3601; :' }
      sleep 3600;
    } if !fork;
    sleep 3600;
  `;
  const pid = await start('perl', ['-e', script], { argv0: 'shell' });
  const tree = await until('the whole tree', async () => {
    const { descendants } = await treeOf(pid);
    for (const one of descendants) endsWithTest(one.pid);
    return descendants.some(({ argv }) => argv[1] === '3601') ? descendants : null;
  });
  expect(tree.map(({ argv }) => argv[0])).toEqual(['claude', 'sh', 'sleep']);
  const [claude, shell, sleep] = tree.map((one) => one.pid);
  expect(tree.map(({ ppid }) => ppid)).toEqual([pid, claude, shell]);
  expect((await treeOf(claude ?? 0)).descendants.map((one) => one.pid)).toEqual([shell, sleep]);
});

test('the parent of a pane is a tmux server, and of nothing else', async () => {
  const { pane, server } = privateTmux().open('default', 'shop');
  expect(await treeOf(pane)).toMatchObject({ parentIsTmux: true, root: { pid: pane, ppid: server } });
  const other = await start('sleep', ['3600']);
  expect(await treeOf(other)).toMatchObject({ parentIsTmux: false });
});

test('a zombie, a process that ended and a number that none has do not live', async () => {
  const folder = scratchFolder();
  const file = join(folder, 'pid');
  const script = `my $pid = fork; exit if !$pid; open(my $f, '>', '${file}'); print $f $pid; close $f; sleep 3600`;
  const parent = await start('perl', ['-e', script]);
  const zombie = Number(await written(file));
  await until('the zombie', () => readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(') Z '));
  const ended = await start('sleep', ['3600']);
  kill(ended, 'SIGKILL');
  await until('its end', async () => (await treeOf(ended)).root === null);

  const pids = [zombie, ended, 4_194_400];
  expect(await look().trees(pids)).toEqual(new Map(pids.map((pid) => [pid, absent])));
  expect(await Promise.all(pids.map((pid) => look().startOf(pid)))).toEqual([null, null, null]);
  expect((await treeOf(parent)).descendants).toEqual([]);
});

test('what was read ahead holds for panes that are listed after it; the others are looked at again', async () => {
  const kept = await start('sleep', ['3600']);
  const killed = await start('sleep', ['3600']);
  const at = look();
  at.readAhead([kept, killed]);
  for (const pid of [kept, killed]) kill(pid, 'SIGKILL');
  await until('their end', async () => [...(await look().trees([kept, killed])).values()].every(isAbsent));
  const seen = await at.trees([kept, killed, process.pid], new Set([kept, process.pid]));
  expect([kept, killed, process.pid].map((pid) => isAbsent(seen.get(pid)))).toEqual([false, true, false]);
});

function isAbsent(seen: Seen<PaneTree> | undefined): boolean {
  return seen !== undefined && 'known' in seen && seen.known.root === null;
}

test('a process that becomes another program is told anew by the same reader', async () => {
  const folder = scratchFolder();
  const script = `select(undef, undef, undef, 0.02) until -e 'go'; exec { 'perl' } 'claude', '-e', 'sleep 3600'`;
  const pid = await start('perl', ['-e', script], { cwd: folder, argv0: 'wrapper', env: { HOME: folder } });
  const reader = linuxProcesses();
  const told = async () => (await treeOf(pid, reader.look(never))).root;
  const before = await told();
  expect(before).toMatchObject({ argv: ['wrapper', '-e', script], home: null });
  put(join(folder, 'go'), '');
  await until('the other program', async () => (await told())?.argv[0] === 'claude');
  expect(await told()).toMatchObject({ pid, start: before?.start, argv: ['claude', '-e', 'sleep 3600'], home: folder });
});

test('children of a second thread are in the tree', async () => {
  const script = `
    const { Worker } = require('node:worker_threads');
    new Worker("require('node:child_process').spawn('sleep', ['3602']); setInterval(() => {}, 1e6)", { eval: true });
  `;
  const pid = await start(process.execPath, ['-e', script]);
  const sleeping = await until('the child', async () =>
    (await treeOf(pid)).descendants.find(({ argv }) => argv[1] === '3602'),
  );
  endsWithTest(sleeping.pid);
  expect(childrenOf(process.pid)).toContain(pid);
  expect(sleeping.ppid).toBe(pid);
});

test('a process of another user is told, without its unreadable facts', async () => {
  // The first process belongs to root or, in a container, to the user who made it.
  const seen = await asNobody(() => look().trees([1]));
  const answer = seen.get(1);
  if (answer === undefined) throw new Error('no answer');
  if ('blind' in answer) return expect(answer.blind).toBe('process 1 is hidden from us');
  expect(answer.known.root).toMatchObject({ pid: 1, ppid: 0, exe: null, cwd: null, home: null });
});

test('a name with blanks, brackets and newlines does not move the fields', () => {
  const after = 'S 10 20 20 34816 20 4194304 1 2 3 4 5 6 7 8 20 0 2 0 777 100 50';
  expect(parseStat(42, `42 (a) Z (b\n) ${after}`)).toMatchObject({
    name: 'a) Z (b\n',
    ppid: 10,
    processGroup: 20,
    tty: 34816,
    foregroundGroup: 20,
    threads: 2,
    start: '777',
  });
  expect(parseStat(42, `42 (tmux: server) Z 1 ${after}`)).toBe('ended');
});

test.each([
  '',
  '42',
  '42 (a)',
  '42 (a) S',
  '42 (a) S x 20 20 0 -1 0 1 2 3 4 5 6 7 8 20 0 2 0 777',
  '42 (a) S 10 20 20',
])('a state of an unknown form says neither that the process lives nor that it ended: %j', (text) =>
  expect(parseStat(42, text)).toBe('unknown'),
);

test.each(['', '\n', '(masked)', '00000000-0000-0000-0000', 'a8ca8b7e-0d2c-4c0c-8a0e-3b1b0b2f8d7Z'])(
  'a boot id that a container hides is none, not another boot: %j',
  (text) => expect(parseBootId(text)).toBeNull(),
);
