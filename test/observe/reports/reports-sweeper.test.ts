import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportName } from '../../../src/core/model/report.ts';
import { reportsSweeper } from '../../../src/observe/reports/reports-sweeper.ts';
import { readStat } from '../../../src/system/proc-files.ts';
import { pipeAt, put, scratchFolder, start } from '../scratch.ts';

const report = JSON.stringify({ agent: 'claude', event: 'Stop' });
const day = 86_400_000;

/** Makes a sweeper with a clock of its own, and keeps what it says. */
function sweeperOf(stateDir: string) {
  const lines: string[] = [];
  let at = Date.now();
  const sweep = reportsSweeper({ stateDir, now: () => at, warn: (line) => lines.push(line) });
  const sweepAfter = (ms: number): void => {
    at += ms;
    sweep();
  };
  return { lines, sweepAfter };
}

test('reports of ended processes are removed, and nothing is said; others stay', async () => {
  const stateDir = scratchFolder();
  const folder = join(stateDir, 'hooks');
  mkdirSync(folder, { mode: 0o700 });
  const pid = await start('sleep', ['60']);
  const living = reportName({ pid, start: readStat(pid)?.start ?? '' });
  const foreign = '77-1.json';
  put(join(folder, living), report);
  put(join(folder, foreign), JSON.stringify({ agent: 'claude', event: 'Stop', host: `${hostname()}-2` }));
  put(join(folder, '78-1.json'), JSON.stringify({ agent: 'claude', event: 'Stop', place: '0123abcd' }));
  const container = { agent: 'claude', event: 'Stop', host: hostname(), init: '99999999' };
  put(join(folder, '79-1.json'), JSON.stringify(container));
  put(join(folder, 'notes.txt'), 'mine');
  for (const name of ['44999991-1.json.lock', 'notes.lock']) mkdirSync(join(folder, name));
  put(join(folder, `${pid}-1.json`), report);
  const { lines, sweepAfter } = sweeperOf(stateDir);
  sweepAfter(0);
  expect(readdirSync(folder).toSorted()).toEqual(
    [living, foreign, '78-1.json', '79-1.json', 'notes.txt', 'notes.lock'].toSorted(),
  );
  put(join(folder, '44999992-1.json'), report);
  sweepAfter(1_000);
  expect(existsSync(join(folder, '44999992-1.json')), 'the folder is not read for each pass').toBe(true);
  sweepAfter(31 * day);
  expect(readdirSync(folder).toSorted()).toEqual([living, 'notes.txt', 'notes.lock'].toSorted());
  expect(lines).toEqual([]);
  sweeperOf(join(stateDir, 'missing')).sweepAfter(0);
});

test('what is no report is removed, and counted in one line an hour', () => {
  const stateDir = scratchFolder();
  const folder = join(stateDir, 'hooks');
  mkdirSync(folder, { mode: 0o700 });
  const { lines, sweepAfter } = sweeperOf(stateDir);
  pipeAt(join(folder, '4999992-1.json'));
  symlinkSync('/etc/passwd', join(folder, '4999993-1.json'));
  put(join(folder, '4999994-1.json'), '\u001b[31m');
  mkdirSync(join(folder, '4999995-1.json'));
  sweepAfter(0);
  expect(readdirSync(folder)).toEqual(['4999995-1.json']);
  const said = (files: string): string =>
    `${files} of your agents, and nothing followed from them; see what writes into ${folder}`;
  expect(lines.splice(0)).toEqual([said('3 files were no reports')]);
  for (let each = 0; each < 100; each += 1) {
    writeFileSync(join(folder, `4999999-${each}.json`), 'x');
    sweepAfter(30_000);
  }
  expect(lines).toEqual([]);
  sweepAfter(30 * 60_000);
  expect(lines).toEqual([said('100 files were no reports')]);
});

test('a flood of well-formed reports of no process is one line, and goes in some sweeps', () => {
  const stateDir = scratchFolder();
  const folder = join(stateDir, 'hooks');
  mkdirSync(folder, { mode: 0o700 });
  const { lines, sweepAfter } = sweeperOf(stateDir);
  for (let each = 0; each < 12_000; each += 1) writeFileSync(join(folder, `4999999-${each}.json`), report);
  sweepAfter(0);
  expect(readdirSync(folder)).toHaveLength(2_000);
  sweepAfter(30_000);
  expect(readdirSync(folder)).toEqual([]);
  expect(lines).toEqual([
    `10000 files were no reports of your agents, and nothing followed from them; see what writes into ${folder}`,
  ]);
});

test.each([
  ['a link', (folder: string, precious: string) => symlinkSync(precious, folder)],
  ['a folder that others may open', (folder: string) => mkdirSync(folder, { mode: 0o755 })],
])('nothing is removed from %s: it may be a folder of the user', (_, make) => {
  const stateDir = scratchFolder();
  const [folder, precious] = [join(stateDir, 'hooks'), join(stateDir, 'precious')];
  mkdirSync(precious, { mode: 0o700 });
  make(folder, precious);
  for (const name of ['2026-11.json', '44999992-1.json']) put(join(folder, name), report);
  sweeperOf(stateDir).sweepAfter(0);
  expect(readdirSync(folder).toSorted()).toEqual(['2026-11.json', '44999992-1.json']);
});

test.skipIf(process.platform !== 'linux')('a name with words in the place of a start is none of ours', () => {
  const stateDir = scratchFolder();
  const folder = join(stateDir, 'hooks');
  mkdirSync(folder, { mode: 0o700 });
  put(join(folder, '01-format.json'), '{}');
  sweeperOf(stateDir).sweepAfter(0);
  expect(readdirSync(folder)).toEqual(['01-format.json']);
});
