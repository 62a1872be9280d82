import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '../../src/core/model/entry.ts';
import type { Verdict } from '../../src/core/model/plan.ts';
import { linePath, StatusLine } from '../../src/watch/status-line.ts';
import { at, entryOf, reportWith, verdictOf } from '../operations/fake-context.ts';

let folder: string;
let now: number;
let line: StatusLine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-line-'));
  now = at;
  line = new StatusLine(join(folder, 'state'), () => now);
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = () => readFileSync(linePath(join(folder, 'state')), 'utf8');
const mtime = () => statSync(linePath(join(folder, 'state'))).mtimeMs;
const inode = () => statSync(linePath(join(folder, 'state'))).ino;

function passed(...verdicts: (Partial<Verdict> & { readonly entry?: Entry })[]): void {
  const seen = verdicts.map(({ entry = entryOf('#(touch /tmp/x)'), ...verdict }, index) => {
    const named = { ...entry, session: `${entry.session}${index}` };
    return [named, verdictOf(named, verdict)] as [Entry, Verdict];
  });
  const { plan, registry } = reportWith({}, seen);
  line.passed({ at: now, plan, registry });
}

const dead = entryOf('dead', { status: 'terminated', terminatedAt: at - 60_000, terminationMode: 'auto-detected' });
const lab2 = { host: 'lab2', hasNamesake: false };

describe('the line', () => {
  test.each<[string, Parameters<typeof passed>]>([
    [
      '2 need you · 1 working · 1 gone\n',
      [{ activity: 'waiting' }, { activity: 'waiting' }, {}, { activity: 'idle' }, { entry: dead, liveness: 'gone' }],
    ],
    ['1 needs you\n', [{ activity: 'waiting' }, { activity: 'idle' }]],
    ['1 agent exited · 1 gone · 1 unknown\n', [{ liveness: 'gone' }, { liveness: 'unknown' }, { activity: 'exited' }]],
    [
      '2 idle · 1 shell · 1 alive\n',
      [{ activity: 'idle' }, { activity: 'shell' }, { activity: null }, { activity: 'idle' }],
    ],
    ['', [{ liveness: 'unknown', elsewhere: lab2 }, { entry: entryOf('spared', { ignore: true }) }]],
    ['', []],
  ])('%j', (expected, verdicts) => {
    passed(...verdicts);
    expect(text()).toBe(expected);
    expect(line.trouble).toBeNull();
  });
});

test('is written when it changes, and else only touched', () => {
  passed({});
  const [written, file] = [mtime(), inode()];
  now += 59_000;
  passed({});
  expect(mtime()).toBe(written);
  now += 1_000;
  passed({});
  expect([inode(), mtime()]).toEqual([file, now]);
  passed({ activity: 'idle' });
  expect(text()).toBe('1 idle\n');
});

test('a heartbeat touches it, unless no pass succeeded since', () => {
  line.beat();
  passed({});
  now += 30_000;
  passed({});
  line.beat();
  expect(mtime()).toBe(now);
  const last = now;
  now += 300_000;
  line.beat();
  expect(mtime()).toBe(last);
});

test('a file that was removed comes back', () => {
  passed({});
  rmSync(linePath(join(folder, 'state')));
  now += 60_000;
  passed({});
  expect(text()).toBe('1 working\n');
});

test('is empty after an orderly end', async () => {
  passed({});
  await line.close();
  expect(text()).toBe('');
});

test('says why it cannot be written, and writes it with the next pass that can', () => {
  writeFileSync(join(folder, 'state'), '');
  passed({});
  expect(line.trouble).toMatch(/^the status line cannot be written: /);
  rmSync(join(folder, 'state'));
  line.beat();
  expect(line.trouble).not.toBeNull();
  now += 1_000;
  passed({});
  expect([line.trouble, text()]).toEqual([null, '1 working\n']);
});

test('its age is told by the given clock', () => {
  passed({});
  utimesSync(linePath(join(folder, 'state')), 0, 0);
  now += 60_000;
  passed({});
  expect(mtime()).toBe(now);
});
