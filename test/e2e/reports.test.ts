import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { treeCpuMs } from '../../bench/measure.ts';
import { writeClaudeRecord } from './claude-record.ts';
import { PrivateWorld, until } from './private-world.ts';

/** How long the flood lasts. */
const seconds = Number(process.env['FLOOD_SECONDS'] ?? 2);
/** 10,000 a minute. */
const everyMs = 6;

const session = 'shop-creator-claude';
const [own, next, evil] = [1, 2, 3].map((digit) => `${digit}0000000-0000-4000-8000-000000000000`);

let world: PrivateWorld;
let hooks: string;
beforeEach(() => {
  world = new PrivateWorld();
  hooks = world.folder('state/hooks');
});
afterEach(() => world.close());

test(
  'a flood of hostile reports writes nothing, stops nothing, costs little, and is one line',
  { timeout: (seconds + 300) * 1_000 },
  async () => {
    const agent = await world.openSession(session);
    for (const id of [own, next, evil]) world.file(`home/.claude/projects/p/${id}.jsonl`, line(id));
    writeClaudeRecord(world, agent, { status: 'idle', id: own ?? '' });
    await world.reconcile();
    world.touch(world.registry, 60);
    const before = world.readRegistry();
    // What a flood left before the monitor came.
    for (let pid = 5_000_000; pid < 5_002_500; pid += 1) writeFileSync(join(hooks, `${pid}-1.json`), reporting());
    for (const [index, make] of hostile.entries()) make(join(hooks, `${5_100_000 + index}-1.json`));

    const monitor = await world.monitor(['--interval', '60s']);
    await until('the line', () => monitor.stderr().includes('were no reports'));
    const used = treeCpuMs(monitor.pid, 'alone');
    const began = performance.now();
    const bystander = world.startOther('sleep', ['600']).pid;
    for (let count = 0; count * everyMs < seconds * 1_000;) {
      // A machine that takes longer for one than it may take never catches up.
      const due = Math.min(performance.now() - began, seconds * 1_000);
      for (; count * everyMs < due; count += 1) flood(count, { agent, bystander });
      await pause(everyMs);
    }
    const share = (treeCpuMs(monitor.pid, 'alone') - used) / (performance.now() - began);
    process.stdout.write(`the flood costs ${(share * 100).toFixed(1)} % of a core\n`);
    // On a machine of its own it takes a fifth of that.
    expect(share).toBeLessThan(0.25);
    expect(world.readRegistry()).toBe(before);
    expect(world.logged('opened')).toBe(0);

    // It hears its agent as before.
    rmSync(join(hooks, nameOf(agent)), { recursive: true, force: true });
    writeClaudeRecord(world, agent, { status: 'idle', id: next ?? '' });
    replace(join(hooks, nameOf(agent)), reporting({ event: 'SessionStart', source: 'clear', id: next }));
    await until('the next conversation', () => world.readRegistry().includes(`own: ${next}`));
    expect(world.readRegistry()).not.toContain(evil);
    expect(monitor.stderr().match(/no reports?\b/g)).toHaveLength(1);
    expect(await monitor.end('SIGTERM')).toBe(0);
  },
);

test('of reports that overtake each other the one that began last stays', { timeout: 300_000 }, async () => {
  const agent = world.startOther('bash', ['-c', 'exec -a opencode sleep 600']).pid;
  await until('the agent', () => readFileSync(`/proc/${agent}/cmdline`, 'utf8').startsWith('opencode'));
  const input = world.file('input.json', JSON.stringify({ pid: agent }));
  /** Starts a report that reads that file: a pipe is waited for. */
  const report = (event: string, path: string) =>
    world.startOther('sh', ['-c', 'exec agent-sessions-monitor report --event "$0" <"$1"', event, path]);
  const stays = (): string => JSON.parse(readFileSync(join(hooks, nameOf(agent)), 'utf8')).event;

  // The older one is held up, and the newer one is over long before.
  const pipe = join(world.root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const held = report('older', pipe);
  expect(await report('newer', input).exited).toBe(0);
  expect(stays()).toBe('newer');
  writeFileSync(pipe, readFileSync(input));
  expect(await held.exited).toBe(0);
  expect(stays()).toBe('newer');

  // Many at once, in rounds, so that the order is another one each time.
  for (let round = 0; round < 5; round += 1) {
    const racing = [1, 2, 3, 4, 5, 6].map((one) => report(`r${round}.${one}`, input));
    expect(await Promise.all(racing.map(({ exited }) => exited))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(stays()).toBe(`r${round}.6`);
  }
  expect(readdirSync(hooks), 'nothing is left').toEqual([nameOf(agent)]);
});

/** What may stand in a report's place. */
const hostile: readonly ((path: string) => void)[] = [
  (path) => execFileSync('mkfifo', [path]),
  (path) => symlinkSync('/etc/passwd', path),
  (path) => mkdirSync(path),
  (path) => writeFileSync(path, `${reporting()}${' '.repeat(5 << 20)}`),
  (path) => writeFileSync(path, reporting({ id: '../../../etc/passwd', source: 'a\u001b[31m', pane: '%0\n' })),
  (path) => writeFileSync(path, `\u0000\u001b]0;owned\u0007${'{'.repeat(2_000)}`),
  (path) => {
    writeFileSync(path, reporting({ id: evil }));
    // Another user's, where this is root.
    if (process.geteuid?.() === 0) chownSync(path, 65_534, 65_534);
    else rmSync(path);
  },
];

/** Writes the next report of a flood: in the agent's own place, of a process that is no agent, of none, of a wrong start. */
function flood(count: number, { agent, bystander }: { readonly agent: number; readonly bystander: number }): void {
  const said = reporting({ event: 'SessionStart', source: 'clear', id: evil });
  const place = join(hooks, nameOf(agent));
  const turn = count % 8;
  if (turn === 0) {
    rmSync(place, { recursive: true, force: true });
    hostile[(count / 8) % hostile.length]?.(place);
  } else if (turn < 4) replace(join(hooks, nameOf(bystander)), said);
  else if (turn < 6) replace(join(hooks, `${agent}-${count}.json`), said);
  else replace(join(hooks, `${4_200_000 + count}-1.json`), said);
}

function reporting(change: object = {}): string {
  return JSON.stringify({ agent: 'claude', event: 'Stop', id: evil, ...change });
}

function replace(path: string, text: string): void {
  writeFileSync(join(hooks, '.new'), text);
  renameSync(join(hooks, '.new'), path);
}

function line(id: string | undefined): string {
  const timestamp = new Date(Date.now() - 3_600_000).toISOString();
  return `${JSON.stringify({ type: 'user', sessionId: id, cwd: world.work, timestamp, version: '2.1.332' })}\n`;
}

/** Returns the name of a process's report. */
function nameOf(pid: number): string {
  return `${pid}-${statOf(pid)[19]}.json`;
}

function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
