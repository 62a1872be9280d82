import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseReport, reportText, type ReportFields } from '../../../src/observe/reports/report-text.ts';
import { argsHash, readReport, readReports, writeReport } from '../../../src/observe/reports/reports.ts';
import { readStat } from '../../../src/system/proc-files.ts';
import { pipeAt, processLike, put, scratchFolder } from '../scratch.ts';

const id = '87dc548e-0000-4000-8000-000000000000';
const now = Date.now();
const nothing: ReportFields = {
  agent: 'claude',
  event: 'SessionStart',
  host: null,
  place: null,
  init: null,
  id,
  last_id: null,
  changes: [],
  moment: null,
  source: null,
  reason: null,
  notification: null,
  waiting_for: null,
  since: null,
  tmux: null,
  pane: null,
  entrypoint: null,
  args: null,
};
const one = processLike({ pid: 42, start: '1000' });
const own = (folder: string) => join(folder, '42-1000.json');

/** Returns what is read of the file of that process. */
function saidIn(folder: string, at = now) {
  return readReports(folder, [one], at).byPid.get(42) ?? null;
}

test('a report is one file a process that only its owner can read, replaced each time', async () => {
  const folder = join(scratchFolder(), 'hooks');
  await writeReport(
    folder,
    one,
    { ...nothing, source: 'startup', pane: '%3', tmux: '/tmp/tmux-1000/default,1,0' },
    now,
  );
  await writeReport(folder, one, { ...nothing, event: 'Stop' }, now);
  expect(readdirSync(folder)).toEqual(['42-1000.json']);
  expect([statSync(folder).mode & 0o777, statSync(own(folder)).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(saidIn(folder, Date.now())).toEqual({
    agent: 'claude',
    report: {
      eventName: 'Stop',
      id,
      isEnd: false,
      beganBy: null,
      isInteractive: true,
      paneId: null,
      socket: null,
      activity: null,
      at: expect.any(Number),
    },
  });
  expect(readReports(folder, [processLike({ pid: 42, start: '1001' })], now).byPid.size, 'another start').toBe(0);
});

test('what an agent does goes on since it was first reported', async () => {
  const folder = scratchFolder();
  const waits = { ...nothing, event: 'waiting', waiting_for: 'question' } as const;
  await writeReport(folder, one, waits, now - 60_000);
  await writeReport(folder, one, waits, now - 1000);
  const since = now - 60_000;
  expect(saidIn(folder)?.report.activity).toEqual({
    activity: 'waiting',
    waiting: { for: 'question', since },
    since,
  });
  await writeReport(folder, one, { ...nothing, event: 'working' }, now - 500);
  expect(saidIn(folder)?.report.activity).toEqual({ activity: 'working', waiting: null, since: now - 500 });
});

test.each<[string, Partial<Record<keyof ReportFields, unknown>>, Partial<ReportFields> | null]>([
  ['an end', { event: 'SessionEnd', reason: 'clear' }, { reason: 'clear' }],
  ['an id of opencode', { agent: 'opencode', id: 'ses_5f3aBc' }, { id: 'ses_5f3aBc' }],
  ['an id of Claude in an opencode', { agent: 'opencode' }, { id: null }],
  ['an id of opencode in a Codex', { agent: 'codex', id: 'ses_5f3aBc' }, { id: null }],
  ['an id of another agent', { agent: 'parrot', id: 'p-77' }, { id: 'p-77' }],
  ['a long id', { agent: 'parrot', id: `a${'x'.repeat(127)}` }, { id: `a${'x'.repeat(127)}` }],
  ...[
    '-rf-all',
    '--session',
    '.bashrc',
    '..',
    'a/../b',
    'a\\b',
    '~root',
    'p-7',
    'p-77\n',
    'p 77',
    '$(id)',
    'p;id',
    'é-77',
  ]
    .concat(`a${'x'.repeat(128)}`)
    .map((hostile): [string, { agent: string; id: string }, { id: null }] => [
      `no id: ${hostile}`,
      { agent: 'parrot', id: hostile },
      { id: null },
    ]),
  ['a path as an id', { agent: 'parrot', id: '../../etc/passwd' }, { id: null }],
  ['control characters', { source: 'a\u001b[31m', pane: '%1\n', tmux: '/tmp/x\u0007' }, { source: null, pane: null }],
  ['a long word', { notification: 'x'.repeat(65) }, { notification: null }],
  ['numbers for words', { id: 7, pane: 3, since: 'now' }, { id: null, pane: null, since: null }],
  ['an unknown wait', { waiting_for: 'Godot' }, { waiting_for: null }],
  ['an event with a blank', { event: 'rm -rf' }, null],
  ['no event', { event: undefined }, null],
  ['an agent in capitals', { agent: 'CLAUDE\n' }, null],
])('%s', (_what, given, expected) => {
  const parsed = parseReport(JSON.stringify({ ...nothing, ...given }));
  if (expected === null) expect(parsed).toBeNull();
  else expect(parsed).toMatchObject(expected);
});

test('a number that is too large for a time says nothing', () => {
  const parsed = parseReport(
    '{"agent":"claude","event":"waiting","since":1e309,"changes":[1e309,5],"moment":[1e309,1]}',
  );
  expect(parsed).toMatchObject({ since: null, changes: [5], moment: null });
});

test('what is no report of this user says nothing, and nothing waits for it', () => {
  const folder = scratchFolder();
  const path = own(folder);
  const kindAfter = (make: () => void): string => {
    execFileSync('rm', ['-rf', path]);
    make();
    return readReport(path).kind;
  };
  const real = put(join(folder, 'real'), reportText(nothing));
  expect(kindAfter(() => undefined)).toBe('absent');
  expect(kindAfter(() => symlinkSync(real, path))).toBe('refused');
  expect(kindAfter(() => pipeAt(path))).toBe('refused');
  expect(kindAfter(() => mkdirSync(path))).toBe('refused');
  expect(kindAfter(() => writeFileSync(path, 'no json'))).toBe('refused');
  expect(kindAfter(() => writeFileSync(path, `${reportText(nothing)}${' '.repeat(5 << 20)}`))).toBe('refused');
  expect(kindAfter(() => writeFileSync(path, reportText(nothing)))).toBe('report');
  if (process.geteuid?.() === 0) {
    expect(kindAfter(() => execFileSync('sh', ['-c', 'cp "$1" "$2"; chown 65534 "$2"', 'sh', real, path]))).toBe(
      'refused',
    );
  }
  expect(saidIn(join(folder, 'missing'))).toBeNull();
});

test.each([1, 2, 3])('of two reports that overtake each other the later one stays (%i)', async () => {
  const folder = scratchFolder();
  const [older, newer] = [10, 11].map((pid): ReportFields => ({ ...nothing, event: `E${pid}`, moment: [500, pid] }));
  const said = [older, newer, { ...nothing, event: 'E9', moment: [499, 12] as const }];
  const racing = Array.from({ length: 3 }, () => said.toReversed()).flat();
  await Promise.all(racing.map((fields) => fields && writeReport(folder, one, fields, now, 60_000)));
  expect(saidIn(folder)?.report.eventName).toBe('E11');
  expect(readdirSync(folder), 'no lock is left').toEqual(['42-1000.json']);
});

test('an agent that reports one conversation after the other proves none, until it rests', async () => {
  const folder = scratchFolder();
  const numbered = (digit: number): string => `${digit}7dc548e-0000-4000-8000-000000000000`;
  const restlessAt = (at: number) => readReports(folder, [one], at).byPid.get(42)?.report.isRestless ?? false;
  for (const digit of [0, 1, 2, 3, 4]) {
    await writeReport(folder, one, { ...nothing, id: numbered(digit) }, now + digit);
    await writeReport(folder, one, { ...nothing, event: 'idle', id: null }, now + digit);
  }
  expect(restlessAt(now + 10), 'five in a short time are a user who looks for one').toBe(false);
  for (const turn of [0, 1, 2]) await writeReport(folder, one, { ...nothing, id: numbered(turn % 2) }, now + 20 + turn);
  expect(restlessAt(now + 30)).toBe(true);
  expect(restlessAt(now + 11 * 60_000)).toBe(false);
  await writeReport(folder, one, { ...nothing, id: numbered(7) }, now + 11 * 60_000);
  expect(restlessAt(now + 11 * 60_000)).toBe(false);
});

test('changes of the conversation that are to come do not make it restless', () => {
  const folder = scratchFolder();
  put(own(folder), reportText({ ...nothing, changes: [1, 2, 3, 4, 5].map((minutes) => now + minutes * 60_000) }));
  expect(saidIn(folder)?.report).not.toHaveProperty('isRestless');
});

test('a report of another place says nothing here, though the host has the same name', async () => {
  const folder = scratchFolder();
  const said = (change: Partial<ReportFields>) => {
    put(own(folder), reportText({ ...nothing, host: hostname(), ...change }));
    return saidIn(folder) !== null;
  };
  expect([said({ place: '0123abcd' }), said({ init: '99999999' }), said({ init: readStat(1)?.start ?? null })]).toEqual(
    [false, false, true],
  );
  await writeReport(folder, one, nothing, now);
  const found = readReport(own(folder));
  const place = found.kind === 'report' ? found.fields.place : null;
  expect(place).toMatch(/^[\da-f]{8}$/);
  expect(said({ place, host: 'its-former-name' }), 'a host may get another name').toBe(true);
});

test('a report of another host says nothing here, and one from the future was made at an unknown time', () => {
  const folder = scratchFolder();
  put(own(folder), reportText({ ...nothing, host: `${hostname()}-2` }));
  expect(saidIn(folder)).toBeNull();
  put(own(folder), reportText({ ...nothing, host: hostname() }));
  utimesSync(own(folder), new Date(now + 3_600_000), new Date(now + 3_600_000));
  expect(saidIn(folder)?.report).toMatchObject({ id, at: null });
  utimesSync(own(folder), new Date(1_000), new Date(1_000));
  expect(saidIn(folder)?.report, 'the clock was set ahead since').toMatchObject({ id, at: 1_000 });
});

test('a report of the program that ran in that process before an `exec` says nothing', async () => {
  const folder = scratchFolder();
  const saidAs = (argv: readonly string[]) =>
    readReports(folder, [{ ...one, argv }], now).byPid.get(42)?.report.id ?? null;
  await writeReport(folder, one, { ...nothing, args: argsHash(['opencode', '-s', 'ses_one1']) }, now);
  expect(saidAs(['opencode', '-s', 'ses_one1'])).toBe(id);
  expect(saidAs(['opencode', '-s', 'ses_two2'])).toBeNull();
  await writeReport(folder, one, nothing, now);
  expect(saidAs(['claude']), 'a hook that tells no arguments').toBe(id);
});

test('the server of a report is known by its socket, without links', () => {
  const folder = scratchFolder();
  const real = join(folder, 'real');
  mkdirSync(real);
  symlinkSync(real, join(folder, 'link'));
  put(own(folder), reportText({ ...nothing, tmux: `${folder}/link/a,b,812,-1` }));
  expect(saidIn(folder)?.report.socket).toBe(join(realpathSync(real), 'a,b'));
});
