import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noticeSchema } from '../../src/tell/notify/notice-schema.ts';
import { Receiver } from '../tell/notify/receiver.ts';
import { faultsAt, SickDisk, type Fault } from './disk-faults/sick-disk.ts';
import { PrivateWorld, until, untilSo } from './private-world.ts';
import { isSoak } from './soak.ts';

/** The disk falls ill under a monitor that works, begins or ends, and recovers: nothing is lost, and nothing torn. */

let world: PrivateWorld;
let disk: SickDisk;
let receiver: Receiver;
beforeEach(async () => {
  world = new PrivateWorld();
  disk = new SickDisk(world);
  receiver = await new Receiver().open();
  const list = `notify: [{ kind: webhook, name: hook, url: '${receiver.url}' }]\n`;
  world.file('home/.config/agent-sessions-monitor/config.yaml', `tmux: { sockets: [] }\n${list}`);
  world.writeRegistry('sessions:\n  keep:\n    agent: claude\n    status: paused # mine\n', 60);
});
afterEach(async () => {
  await receiver.close();
  await world.close();
});

const dead = (name: string): string =>
  `  ${name}:\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n`;

/** What a monitor writes, as patterns of paths, and how many calls one write takes. */
const written = [
  { of: 'log\\.jsonl', calls: 3, inTest: [2] },
  { of: 'agent-sessions\\.yaml', calls: 7, inTest: [4] },
  { of: 'backups/', calls: 4, inTest: [3] },
  { of: 'cursors/.*notify-hook', calls: 7, inTest: [4] },
  { of: 'cursors/.*card', calls: 7, inTest: [] },
  { of: '/states-', calls: 3, inTest: [2] },
  { of: '/\\.?line($|\\.)', calls: 3, inTest: [2] },
  { of: 'cache/', calls: 3, inTest: [2] },
  { of: 'state/board/', calls: 2, inTest: [1] },
  { of: 'lease-', calls: 7, inTest: [] },
  { of: '.', calls: 1, inTest: [1] },
];

interface Place {
  readonly of: string;
  readonly fault: Fault;
  readonly at: number;
}

function places(): readonly Place[] {
  return written.flatMap(({ of, calls, inTest }) => {
    const all = isSoak ? Array.from({ length: calls }, (_, index) => index + 1) : inTest;
    return all.flatMap((at) => faultsAt(at).map((fault) => ({ of, fault, at })));
  });
}

/** Returns the events of the notices, by session. */
function notified(session: string): readonly string[] {
  const events = receiver.bodies.flatMap((body) => noticeSchema.parse(body).events);
  return events.filter((event) => event.session === session).map(({ id }) => id);
}

const terminated = (name: string): boolean =>
  new RegExp(`  ${name}:\n    agent: claude\n    status: terminated`).test(world.readRegistry());

async function startSick(words: readonly string[] = []) {
  const running = world.start(['monitor', '--interval', '1s', ...words], disk.env);
  const card = await until('the monitor to watch', () => /on card (\S+)$/m.exec(running.stderr())?.[1] ?? null);
  return { ...running, card };
}

/**
 * Waits until the disk has failed at that place. Each place of the sample of `npm test` is reached. Of all places some
 * never are, because not each change brings each write; a notifier waits for up to 30 s after a failure.
 */
async function reached(place: string, isOver = () => false): Promise<boolean> {
  const hit = () => disk.failed().length > 0;
  await until(place, () => hit() || isOver(), 45_000).catch(() => undefined);
  if (!isSoak) expect(hit(), `${place} is reached`).toBe(true);
  return hit();
}

test(
  'at work: each death is in the registry, and told once on the card and with one id to the webhook',
  { timeout: 3_600_000 },
  async () => {
    const monitor = await startSick();
    // Before its first pass has succeeded, a full disk ends it with 3.
    await until('its first pass', () => inState().some((path) => path.includes('/states-')));
    const names: string[] = [];
    for (const { of, fault, at } of places()) {
      const name = `died${names.length}-creator-claude`;
      names.push(name);
      disk.is({ ...fault, at, of });
      world.writeRegistry(`${world.readRegistry()}${dead(name)}`, 30);
      const place = `${fault.code}${fault.lasts ? ', and on' : ''} at call ${at} for ${of}`;
      const hit = await reached(place);
      // A disk that stays ill for some passes.
      if (hit && fault.lasts) await until('more', () => disk.failed().length > 4, 4_000).catch(() => false);
      disk.is({ at: 0 });
      await until(`${place}: the death`, () => terminated(name) || monitor.child.exitCode !== null);
      expect(monitor.child.exitCode, `${place}: ${monitor.stderr()}`).toBe(null);
    }
    const ids = await until('all notices', () => {
      const all = names.map((name) => notified(name));
      return all.every((of) => of.length > 0) ? all : null;
    });
    for (const [index, of] of ids.entries()) expect(new Set(of).size, names[index]).toBe(1);
    await untilSo(async () => {
      const bodies = (await world.comments(monitor.card)).join('\n');
      const told = names.map((name) => bodies.split(`${name}: tmux gone`).length - 1);
      expect(told).toEqual(names.map(() => 1));
    });
    expect(world.readRegistry()).toContain('status: paused # mine');
    expect(await monitor.end('SIGTERM'), monitor.stderr()).toBe(0);
    expect(monitor.stderr()).not.toContain('defect');
    expect((await world.run(['reconcile'])).code).toBe(0);
    expect(litter()).toEqual([]);
  },
);

function inState(): readonly string[] {
  return readdirSync(world.state, { recursive: true, encoding: 'utf8' });
}

/** Returns what was left beside the registry and in the state folder. */
function litter(): readonly string[] {
  return [...inState().filter((path) => path.endsWith('.tmp')), ...disk.litter()];
}

const codes = [0, 3, 5];

test(
  'at its start: it watches, or ends with its exit code, and the next one watches',
  { timeout: 3_600_000 },
  async () => {
    const steps = isSoak ? Array.from({ length: 60 }, (_, index) => index + 1) : [3, 8, 14];
    for (const at of steps) {
      for (const fault of faultsAt(at)) {
        const place = `${fault.code}${fault.lasts ? ', and on' : ''} at write ${at}`;
        disk.is({ ...fault, at });
        const running = world.start(['monitor', '--interval', '1s', '--card', 'c1'], disk.env);
        const watches = () => /^watching/m.test(running.stderr());
        const code = await Promise.race([running.exited, until(place, watches).then(() => 'watches')]);
        await reached(place, () => code !== 'watches');
        disk.is({ at: 0 });
        if (code === 'watches') expect(codes, running.stderr()).toContain(await running.end('SIGTERM'));
        else expect(codes, `${place}: ${running.stderr()}`).toContain(code);
        expect(running.stderr(), place).not.toMatch(/defect|\n {4}at /);
        const next = await world.monitor(['--card', 'c1']);
        expect(await next.end('SIGTERM'), place).toBe(0);
      }
    }
  },
);

test('at its end: its exit code, and the next one watches', { timeout: 3_600_000 }, async () => {
  const steps = isSoak ? Array.from({ length: 16 }, (_, index) => index + 1) : [1, 6];
  for (const at of steps) {
    for (const fault of faultsAt(at)) {
      const place = `${fault.code}${fault.lasts ? ', and on' : ''} at write ${at} of the end`;
      const monitor = await startSick(['--card', 'c1']);
      disk.is({ ...fault, at });
      expect(codes, `${place}: ${monitor.stderr()}`).toContain(await monitor.end('SIGTERM'));
      await reached(place, () => true);
      expect(monitor.stderr(), place).not.toMatch(/defect|\n {4}at /);
      disk.is({ at: 0 });
      const next = await world.monitor(['--card', 'c1']);
      expect(await next.end('SIGTERM'), place).toBe(0);
      expect(readFileSync(join(world.home, 'agent-sessions.yaml'), 'utf8'), place).toContain('paused # mine');
    }
  }
});
