import { chmodSync, mkdirSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeJobsReader } from '../../src/observe/jobs.ts';
import { asNobody, put, scratchFolder } from './scratch.ts';

function readerOf(dir: string) {
  return makeJobsReader({ dir, map: { topic: '', fields: { state: 'status' }, states: { busy: 'running' } } });
}

test('reads the jobs that are asked for, and nothing else', async () => {
  const dir = scratchFolder();
  const events = [
    { event: 'started', at: '2026-07-01T08:00:00Z' },
    { event: 'resumed', at: '2026-07-01T09:00:00Z' },
    { event: 'note', at: '2026-07-01T10:00:00Z' },
  ];
  const one = put(join(dir, 'one.json'), JSON.stringify({ status: 'busy', events, prompt: 'secret' }));
  put(join(dir, 'two.json'), '{"status":"done","updated_at":"2026-07-01T09:00:00Z"}');
  put(join(dir, 'three.json'), '{"status":"busy","created_at":"2026-07-01T07:00:00Z","updated_at":"soon"}');
  put(join(dir, 'bad.json'), 'not JSON');
  const read = readerOf(dir);
  const ids = ['one', 'two', 'three', 'none', '../one', 'bad'];
  const nine = Date.parse('2026-07-01T09:00:00Z');
  const seen = new Map<string, unknown>([
    ['one', { known: { state: 'running', runningSince: nine, updatedAt: null } }],
    ['two', { known: { state: 'done', runningSince: null, updatedAt: nine } }],
    ['three', { known: { state: 'running', runningSince: nine - 2 * 3_600_000, updatedAt: null } }],
    ['none', { known: null }],
    ['../one', { known: null }],
    [
      'bad',
      {
        blind: 'job bad cannot be read: it is not JSON',
        cure: `mend ${join(dir, 'bad.json')} (docs/companions.md), or move it away`,
      },
    ],
  ]);
  const first = await read(ids);
  expect(first.seen).toEqual(seen);
  expect(first.bytesRead).toBeGreaterThan(100);
  expect(await read(ids)).toEqual({ seen, bytesRead: 0 });
  put(one, '{"status":"done"}');
  utimesSync(one, 1, 1);
  expect((await read(['one'])).seen.get('one')).toEqual({
    known: { state: 'done', runningSince: null, updatedAt: null },
  });
});

test('a look tightens nothing, and follows no link', async () => {
  const dir = scratchFolder();
  chmodSync(dir, 0o755);
  const open = put(join(dir, 'open.json'), '{"status":"done"}');
  chmodSync(open, 0o644);
  symlinkSync('open.json', join(dir, 'link.json'));
  const { seen } = await readerOf(dir)(['open', 'link']);
  expect([...seen.values()]).toEqual([
    { known: { state: 'done', runningSince: null, updatedAt: null } },
    { blind: 'job link cannot be read: it is a link', cure: expect.any(String) },
  ]);
  expect([dir, open].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['755', '644']);
});

test('a link that leads nowhere, or back to itself, blinds no other job', async () => {
  const dir = scratchFolder();
  put(join(dir, 'good.json'), '{"status":"done"}');
  symlinkSync('none.json', join(dir, 'away.json'));
  symlinkSync('loop.json', join(dir, 'loop.json'));
  const { seen } = await readerOf(dir)(['loop', 'away', 'good']);
  expect([...seen.values()]).toEqual([
    { blind: 'job loop cannot be read: it is a link', cure: expect.any(String) },
    { blind: 'job away cannot be read: it is a link', cure: expect.any(String) },
    { known: { state: 'done', runningSince: null, updatedAt: null } },
  ]);
});

test('a folder that is not there says nothing; one that may not be read is blind', async () => {
  const root = scratchFolder();
  expect(await readerOf(join(root, 'none'))(['a'])).toEqual({ seen: new Map(), bytesRead: 0 });
  put(join(root, 'closed/jobs/a.json'), '{"status":"busy"}');
  chmodSync(join(root, 'closed'), 0o700);
  chmodSync(root, 0o755);
  const asked = await asNobody(() => readerOf(join(root, 'closed/jobs'))(['a']));
  if (process.getuid?.() !== 0) return;
  expect(asked.seen.get('a')).toMatchObject({ blind: expect.stringContaining('EACCES') });
});

test('without a job in the registry nothing is looked at', async () => {
  mkdirSync(join(scratchFolder(), 'jobs'));
  expect(await readerOf('/proc/1/root')([])).toEqual({ seen: new Map(), bytesRead: 0 });
});
