import { expect, onTestFinished, test, vi } from 'vitest';
import type { StateLine } from '../../src/core/model/state.ts';
import type { StateHistory } from '../../src/log/state-history.ts';
import { StateWriter } from '../../src/watch/state-writer.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  claudeLive,
  claudeLook,
  deadPids,
  defaultSocket,
  listed,
  trees,
} from '../core/world.ts';
import { passWorld } from '../pass/pass-world.ts';

const dead = 'sessions:\n  a:\n    agent: claude\n    status: running\n    pane: { pid: 9001, cmd: claude }\n';
const day = 86_400_000;

/** Makes a history that keeps its lines, and a writer beside passes that see what `kept` says. */
function writing(lines: StateLine[] = []) {
  const world = passWorld(dead);
  const { clock, kept } = world;
  const disk = { error: null as Error | null, isThere: true };
  const history: StateHistory = {
    append: (more) => {
      if (disk.error !== null) return Promise.reject(disk.error);
      lines.push(...more);
      disk.isThere = true;
      return Promise.resolve();
    },
    isThere: () => Promise.resolve(disk.isThere),
    beat: vi.fn(() => Promise.resolve()),
    read: () => Promise.resolve(lines.slice()),
    changesSince: () => Promise.resolve([]),
    endOf: () => Promise.resolve([]),
    readOn: () => Promise.resolve(null),
    watchedUntil: () => Promise.resolve(null),
    lastSign: () => Promise.resolve(lines.at(-1)?.at ?? null),
    prune: vi.fn(() => Promise.resolve()),
  };
  const begun = clock.now;
  const { log } = world.ports;
  const times = { intervalMs: 30_000, keepMs: 14 * day, workedMs: 60_000 };
  const open = () => new StateWriter({ history, log, now: () => clock.now, ...times });
  return {
    ...world,
    disk,
    history,
    open,
    look: world.pass,
    /** Makes a pass, `seconds` later, and gives it to the writer. */
    pass: async (writer: StateWriter, seconds = 0) => {
      clock.now += seconds * 1_000;
      writer.passed(await world.pass());
    },
    see: (isKnown: boolean) => void (kept.observation = isKnown ? { panes: deadPids(9001) } : {}),
    /** Returns the lines in words, with the seconds since the begin. */
    said: () =>
      lines.map((line) => {
        const at = `${(line.at - begun) / 1_000}`;
        return line.kind === 'state' ? `${at} ${line.session} ${line.state.liveness}` : `${at} ${line.kind}`;
      }),
  };
}

test('a watch begins with the state of every session, writes changes only, and ends in order', async () => {
  const { open, pass, see, said, clock } = writing();
  const writer = open();
  see(true);
  await pass(writer);
  await pass(writer, 30);
  clock.now += 5_000;
  await writer.close();
  expect(said()).toEqual(['0 watch-began', '0 a gone', '35 watch-ended']);
});

test('a loop that stalled, or a machine that slept, leaves its time unwatched', async () => {
  const { open, pass, see, said } = writing();
  const writer = open();
  see(false);
  await pass(writer);
  await pass(writer, 30);
  await pass(writer, 7_200);
  await writer.close();
  expect(said()).toEqual([
    '0 watch-began',
    '0 a unknown',
    '30 watch-ended',
    '7230 watch-began',
    '7230 a unknown',
    '7230 watch-ended',
  ]);
});

test('a watch without passes ends by itself, and at its last pass if it is closed late', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { open, pass, see, said, clock, history } = writing();
  const writer = open();
  see(true);
  await pass(writer);
  clock.now += 600_000;
  await vi.advanceTimersByTimeAsync(600_000);
  vi.useRealTimers();
  expect(said().at(-1)).toBe('0 watch-ended');
  writer.beat();
  await writer.close();
  expect(said()).toHaveLength(3);
  expect(history.beat).not.toHaveBeenCalled();
});

test('what a killed monitor left open ends at its last sign of life', async () => {
  const lines: StateLine[] = [];
  const former = writing(lines);
  former.see(false);
  await former.pass(former.open());
  await expect.poll(former.said).toHaveLength(2);
  const next = writing(lines);
  next.see(false);
  const writer = next.open();
  await next.pass(writer, 60);
  await writer.close();
  expect(next.said()).toEqual([
    '0 watch-began',
    '0 a unknown',
    '0 watch-ended',
    '60 watch-began',
    '60 a unknown',
    '60 watch-ended',
  ]);
});

test('lines that could not be written make a gap, and trouble until they can be written', async () => {
  const { open, pass, see, said, disk } = writing();
  const writer = open();
  see(false);
  await pass(writer);
  await expect.poll(said).toHaveLength(2);
  disk.error = new Error('ENOSPC: no space left');
  see(true);
  await pass(writer, 30);
  await expect.poll(() => writer.trouble).toBe('the state history could not be written: ENOSPC: no space left');
  disk.error = null;
  await pass(writer, 30);
  await writer.close();
  expect(writer.trouble).toBeNull();
  expect(said()).toEqual([
    '0 watch-began',
    '0 a unknown',
    '0 watch-ended',
    '60 watch-began',
    '60 a gone',
    '60 watch-ended',
  ]);
});

test('a clock that was set back begins another watch', async () => {
  const { open, pass, see, said } = writing();
  const writer = open();
  see(false);
  await pass(writer);
  await expect.poll(said).toHaveLength(2);
  await pass(writer, -3_600);
  await writer.close();
  expect(said().slice(2)).toEqual(['0 watch-ended', '-3600 watch-began', '-3600 a unknown', '-3600 watch-ended']);
});

test('a history that was removed begins anew with the next pass', async () => {
  const lines: StateLine[] = [];
  const { open, pass, see, said, disk } = writing(lines);
  const writer = open();
  see(true);
  await pass(writer);
  await expect.poll(said).toEqual(['0 watch-began', '0 a gone']);
  lines.length = 0;
  disk.isThere = false;
  await pass(writer, 30);
  await writer.close();
  expect(said()).toEqual(['30 watch-began', '30 a gone', '30 watch-ended']);
});

test('states without the begin of their watch are ended before the next one', async () => {
  const lines: StateLine[] = [];
  const { open, pass, see, said } = writing(lines);
  const former = open();
  see(false);
  await pass(former);
  await expect.poll(said).toHaveLength(2);
  lines.shift();
  await pass(open(), 60);
  await expect.poll(said).toEqual(['0 a unknown', '0 watch-ended', '60 watch-began', '60 a unknown']);
  await former.close();
});

test('each heartbeat is a sign of life, and old lines are removed once a day', async () => {
  const { open, pass, see, history, clock } = writing();
  const writer = open();
  see(true);
  await pass(writer);
  writer.beat();
  writer.beat();
  await writer.close();
  expect(history.beat).toHaveBeenCalledTimes(2);
  expect(history.prune).toHaveBeenCalledTimes(1);
  expect(history.prune).toHaveBeenCalledWith(clock.now - 14 * day);
});

test('a watch gives signs between rare passes, but none after a line that could not be written', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { open, pass, see, history, disk, said } = writing();
  const writer = open();
  see(false);
  await pass(writer);
  await expect.poll(() => said()).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  await expect.poll(() => history.beat).toHaveBeenCalledTimes(1);
  disk.error = new Error('ENOSPC: no space left');
  see(true);
  await pass(writer, 30);
  vi.advanceTimersByTime(60_000);
  writer.beat();
  await writer.close();
  expect(writer.trouble).not.toBeNull();
  expect(history.beat).toHaveBeenCalledTimes(1);
});

test('a pass that logged something is a sign of life, even if no session changed', async () => {
  const { open, look, see, history, said } = writing();
  const writer = open();
  see(true);
  const result = await look();
  writer.passed(result);
  await expect.poll(said).toHaveLength(2);
  expect(result.opened).toHaveLength(1);
  writer.passed({ ...result, opened: [], plan: { ...result.plan, silentEdits: [] } });
  writer.passed(result);
  await writer.close();
  expect(history.beat).toHaveBeenCalledTimes(1);
});

test('an agent that worked for long and now idles is told to the log once, also over two watches', async () => {
  const { open, pass, kept, ports } = writing();
  const works = (status: 'busy' | 'idle'): void => {
    kept.observation = {
      sockets: new Map([[defaultSocket, listed([aSession('a', { panes: [aPane(9001)] })])]]),
      panes: trees(aTree(aProcess(9001))),
      claude: claudeLook({ live: new Map([[9001, claudeLive(9001, 'id', { status })]]) }),
    };
  };
  const former = open();
  works('busy');
  await pass(former);
  await pass(former, 50);
  await former.close();
  const writer = open();
  await pass(writer, 500);
  works('idle');
  await pass(writer, 20);
  await pass(writer, 20);
  await writer.close();
  const finished = (await ports.log.read()).filter(({ kind }) => kind === 'finished');
  expect(finished).toMatchObject([{ session: 'a', workedMs: 70_000, message: 'a: worked for 1m and idles now.' }]);
});
