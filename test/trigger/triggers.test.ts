import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ReportNews } from '../../src/core/model/report.ts';
import { agentFilesTrigger } from '../../src/trigger/agent-files-trigger.ts';
import { ReportHints } from '../../src/trigger/report-hints.ts';
import { registryTrigger } from '../../src/trigger/registry-trigger.ts';
import { reportsTrigger } from '../../src/trigger/reports-trigger.ts';
import { watchTerminals } from '../../src/trigger/terminals-trigger.ts';
import type { Trigger, Watched } from '../../src/trigger/trigger.ts';
import { pollOnly, statesOf } from '../../src/trigger/probe.ts';
import { makeTriggers } from '../../src/trigger/triggers.ts';

let folder: string;
let abort: AbortController;
let hints: number;
const hint = () => void (hints += 1);
const nothing: Watched = { sockets: [], servers: [], folders: [], registryHash: null };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-trigger-'));
  abort = new AbortController();
  hints = 0;
});
afterEach(() => {
  abort.abort();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

test('agent files: a name that appears or vanishes is one hint; what is written into them is none', async () => {
  vi.useFakeTimers();
  const there = join(folder, 'there');
  const later = join(folder, 'later');
  mkdirSync(there);
  const file = join(there, '1.jsonl');
  writeFileSync(file, '');
  const trigger = agentFilesTrigger();
  void trigger.start(hint, abort.signal);
  void trigger.follow?.({ ...nothing, folders: [there, later] });
  const after = async (change: () => void): Promise<number> => {
    const before = hints;
    // Files have the time of the kernel's last tick, so two changes within 4 ms would look like one.
    const tick = (): number => (writeFileSync(join(folder, 'tick'), ''), statSync(join(folder, 'tick')).mtimeMs);
    for (const last = tick(); tick() === last;);
    change();
    await vi.advanceTimersByTimeAsync(1_000);
    return hints - before;
  };
  expect(await after(() => undefined)).toBe(0);
  expect(await after(() => appendFileSync(file, 'line\n'))).toBe(0);
  expect(await after(() => writeFileSync(join(there, '2.jsonl'), ''))).toBe(1);
  const rewritten = () => {
    writeFileSync(join(there, 'new'), 'x');
    renameSync(join(there, 'new'), file);
  };
  expect(await after(rewritten), 'written anew by rename').toBe(0);
  expect(await after(() => unlinkSync(file))).toBe(1);
  expect(await after(() => mkdirSync(later)), 'a folder that comes').toBe(1);
  expect(await after(() => rmSync(later, { recursive: true }))).toBe(1);
  void trigger.follow?.(nothing);
  expect(await after(() => writeFileSync(join(there, '3.jsonl'), ''))).toBe(0);
});

test('registry folder: what others write is a hint, also by rename; what we left is none, nor are other files', async () => {
  const path = join(folder, 'r.yaml');
  writeFileSync(path, 'a');
  let text = 'a';
  const trigger = registryTrigger({ registryPath: path, registryHash: () => text });
  await trigger.start(hint, abort.signal);
  expect(trigger.state()).toEqual({ on: true });
  void trigger.follow?.({ ...nothing, registryHash: 'a' });
  const write = (to: string) => {
    text = to;
    writeFileSync(`${path}.new`, to);
    renameSync(`${path}.new`, path);
  };
  write('b');
  await vi.waitFor(() => expect(hints).toBeGreaterThan(0), 60_000);
  void trigger.follow?.({ ...nothing, registryHash: 'b' });
  const before = hints;
  let ours = 0;
  const registryHash = (): string => {
    ours += 1;
    return text;
  };
  const watched = registryTrigger({ registryPath: path, registryHash });
  await watched.start(hint, abort.signal);
  void watched.follow?.({ ...nothing, registryHash: 'c' });
  void trigger.follow?.({ ...nothing, registryHash: 'c' });
  write('c');
  await vi.waitFor(() => expect(ours, 'it was seen, and asked').toBeGreaterThan(0), 60_000);
  expect(hints).toBe(before);
});

test('terminals: it hears of its own try; where there is no such folder, or nothing is heard, it says so', async () => {
  const real = watchTerminals();
  await real.start(hint, abort.signal);
  expect(real.state()).toEqual({ on: true });

  const missing = watchTerminals(join(folder, 'none'));
  await missing.start(hint, abort.signal);
  expect(missing.state()).toEqual({ on: false, because: 'it is not there' });

  const deaf = watchTerminals(folder);
  await deaf.start(hint, abort.signal);
  expect(deaf.state()).toEqual({
    on: false,
    because: 'nothing was heard of a terminal that was made to try it',
  });
});

test('terminals: what comes or goes while it tries itself is a hint once it hears', async () => {
  const trigger = watchTerminals(folder);
  const started = trigger.start(hint, abort.signal);
  writeFileSync(join(folder, '90000'), '');
  await started;
  expect(trigger.state()).toEqual({ on: true });
  expect(hints).toBe(1);
});

/** Starts the trigger on a folder that may come later, with what each report there is said to tell. */
async function reporting(hooks: string) {
  let news: ReportNews = 'changed';
  const asked: string[] = [];
  const heard: (string | undefined)[] = [];
  const newsOf = (name: string): ReportNews => {
    asked.push(name);
    return name.endsWith('.json') ? news : 'none';
  };
  const trigger = reportsTrigger({ reports: { folder: hooks, newsOf } });
  await trigger.start((urgency) => heard.push(urgency), abort.signal);
  expect(trigger.state()).toEqual({ on: true });
  const soon = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 2 });
  return {
    heard,
    tells: (now: ReportNews) => void (news = now),
    /** Waits for so many hints. @returns them */
    hears: async (count: number) => {
      await soon(() => expect(heard.length).toBe(count));
      return heard.splice(0);
    },
    /** Reports as a hook does, and waits until the trigger has seen it. */
    report: async (of: ReportNews, name = '42.json') => {
      news = of;
      asked.length = 0;
      writeFileSync(join(hooks, '.new'), '{}');
      renameSync(join(hooks, '.new'), join(hooks, name));
      await soon(() => expect(asked).toContain(name));
    },
  };
}

const urgent = 'urgent';

test('reports: news is a hint, also in the place of a former one, and in a folder that came later', async () => {
  const hooks = join(folder, 'hooks');
  const { report, hears, heard, tells } = await reporting(hooks);
  mkdirSync(hooks);
  expect(await hears(3), 'a folder that comes').toEqual([urgent, urgent, urgent]);
  await report('changed');
  expect(await hears(3)).toEqual([urgent, urgent, urgent]);
  await report('waits');
  expect(await hears(2), 'one in its place').toEqual([urgent, urgent]);
  await report('turn');
  expect(await hears(2), 'the wait is over').toEqual([urgent, urgent]);
  rmSync(hooks, { recursive: true });
  mkdirSync(hooks);
  expect(await hears(3), 'a new folder').toEqual([urgent, urgent, urgent]);
  await report('ended');
  expect(heard, 'it still lives').toEqual([]);
  tells('none');
  expect(await hears(3)).toEqual([urgent, urgent, urgent]);
  await report('turn', '44.json');
  await report('quiet', '44.json');
  expect(heard).toEqual([]);
  await report('none', '44.json');
  expect(await hears(3), 'it has ended before its last report was read').toEqual([urgent, urgent, urgent]);
  await report('none', '43.json');
  await report('changed', 'notes.txt');
  expect(heard).toEqual([]);
});

test('reports: what agents say in each turn is a hint at once, and then one in twenty seconds', async () => {
  const hooks = join(folder, 'hooks');
  mkdirSync(hooks);
  const { report, hears, heard } = await reporting(hooks);
  for (let each = 0; each < 40; each += 1) await report('turn', `${each % 20}.json`);
  expect(heard).toEqual([undefined]);
  heard.length = 0;
  await report('waits');
  expect(await hears(2)).toEqual([urgent, urgent]);
});

test('reports: of a flood few hints are urgent, and it puts no look off', async () => {
  vi.useFakeTimers();
  const began = performance.now();
  const heard: { urgency: string | undefined; at: number }[] = [];
  const hints = new ReportHints(
    (urgency) => heard.push({ urgency, at: performance.now() - began }),
    () => 'changed',
  );
  // 200 in two seconds, as 100 agents would report.
  for (let each = 0; each < 200; each += 1) {
    hints.take('changed', `${each % 100}.json`);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(heard[0]).toEqual({ urgency: urgent, at: 50 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(heard.at(-1)?.urgency).toBeUndefined();
  expect(heard.at(-1)?.at, 'the last report is looked at').toBeGreaterThan(2_000);
  expect(heard.filter(({ urgency }) => urgency !== undefined).length).toBeLessThan(20);
  expect(heard.length).toBeLessThan(70);
  hints.close();
});

test('elsewhere than on Linux deaths are seen by the poll alone, and that is said', () => {
  const options = {
    registryPath: join(folder, 'r.yaml'),
    registryHash: () => null,
    reports: { folder: join(folder, 'hooks'), newsOf: (): ReportNews => 'none' },
  };
  const darwin = makeTriggers({ ...options, platform: 'darwin' });
  expect(darwin.all.map(({ name }) => name)).toEqual(['registry folder', 'agent files', 'reports']);
  expect(pollOnly(statesOf(darwin.all))).toBe('nothing on this system tells of deaths');
  const linux = makeTriggers({ ...options, platform: 'linux' });
  expect(pollOnly(statesOf(linux.all))).toBe('/dev/pts: it is not started');
  const hearing: Trigger = { name: 'bell', hearsDeaths: true, start: () => undefined, state: () => ({ on: true }) };
  expect(pollOnly(statesOf([...linux.all, hearing]))).toBeNull();
});
