import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { agentFilesTrigger } from '../../src/trigger/agent-files-trigger.ts';
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
  await vi.waitFor(() => expect(hints).toBeGreaterThan(0), 5_000);
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
  await vi.waitFor(() => expect(ours, 'it was seen, and asked').toBeGreaterThan(0), 5_000);
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

test('reports: each one is a hint, also in the place of its former one, and in a folder that came later', async () => {
  const hooks = join(folder, 'hooks');
  const trigger = reportsTrigger({ reportsFolder: hooks });
  await trigger.start(hint, abort.signal);
  expect(trigger.state()).toEqual({ on: true });
  const heard = async (what: string, change: () => void): Promise<void> => {
    const before = hints;
    change();
    await vi.waitFor(() => expect(hints, what).toBeGreaterThan(before), 5_000);
  };
  const report = (name = '42-1000.json') => {
    writeFileSync(join(hooks, '.new'), '{}');
    renameSync(join(hooks, '.new'), join(hooks, name));
  };
  await heard('a folder that comes', () => mkdirSync(hooks));
  await heard('a report', report);
  await heard('one in its place', report);
  await heard('a new folder', () => {
    rmSync(hooks, { recursive: true });
    mkdirSync(hooks);
  });
  await heard('a report in it', report);
  // A second look follows.
  const last = hints;
  await vi.waitFor(() => expect(hints).toBeGreaterThan(last), 5_000);
  const before = hints;
  writeFileSync(join(hooks, 'notes.txt'), '');
  unlinkSync(join(hooks, '42-1000.json'));
  await heard('the next one', () => report('43-1.json'));
  expect(hints - before, 'another file and a removed report are none').toBe(1);
});

test('elsewhere than on Linux deaths are seen by the poll alone, and that is said', () => {
  const options = {
    registryPath: join(folder, 'r.yaml'),
    registryHash: () => null,
    reportsFolder: join(folder, 'hooks'),
  };
  const darwin = makeTriggers({ ...options, platform: 'darwin' });
  expect(darwin.all.map(({ name }) => name)).toEqual(['registry folder', 'agent files', 'reports']);
  expect(pollOnly(statesOf(darwin.all))).toBe('nothing on this system tells of deaths');
  const linux = makeTriggers({ ...options, platform: 'linux' });
  expect(pollOnly(statesOf(linux.all))).toBe('/dev/pts: it is not started');
  const hearing: Trigger = { name: 'bell', hearsDeaths: true, start: () => undefined, state: () => ({ on: true }) };
  expect(pollOnly(statesOf([...linux.all, hearing]))).toBeNull();
});
