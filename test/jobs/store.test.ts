import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JobSettings } from '../../src/config/settings.ts';
import { isJobId, shortJobId } from '../../src/core/model/job.ts';
import { lastEvent } from '../../src/jobs/message.ts';
import { JobFolder } from '../../src/jobs/store.ts';
import { asNobody, pipeAt, scratchFolder } from '../observe/scratch.ts';

const at = Date.parse('2026-07-01T09:00:30Z');
const about = { session: 'shop-creator-claude', workspace: 'shop', agent: 'claude', prompt: 'paint it red' };

function scratchStore(map: Partial<JobSettings['map']> = {}) {
  const dir = join(scratchFolder(), 'jobs');
  const notices: string[] = [];
  let made = 0;
  let now = at;
  const settings = { dir, map: { topic: '', fields: {}, states: {}, ...map } };
  const newId = (): string => `3f2a9c1e-${String((made += 1)).padStart(4, '0')}`;
  const store = new JobFolder({
    settings,
    now: () => now,
    newId,
    notice: (line) => void notices.push(line.replaceAll(dir, '~')),
  });
  const pathOf = (id: string): string => join(dir, `${id}.json`);
  return {
    dir,
    store,
    notices,
    pathOf,
    later: (ms: number) => void (now += ms),
    mode: (path: string) => (statSync(path).mode & 0o777).toString(8),
    text: (id: string) => readFileSync(pathOf(id), 'utf8'),
    put: (name: string, text: string, mode = 0o600) => {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(join(dir, name), text, { mode });
      chmodSync(join(dir, name), mode);
    },
  };
}

describe('a job', () => {
  test('is a private file in a private folder, and goes through its states', async () => {
    const { store, dir, pathOf, mode, text, later, notices } = scratchStore();
    const { id } = await store.create(about);
    expect([mode(dir), mode(pathOf(id))]).toEqual(['700', '600']);
    expect(text(id)).toMatchInlineSnapshot(`
      "{
        "id": "3f2a9c1e-0001",
        "session": "shop-creator-claude",
        "workspace": "shop",
        "agent": "claude",
        "prompt": "paint it red",
        "state": "queued",
        "created_at": "2026-07-01T09:00:30.000Z",
        "updated_at": "2026-07-01T09:00:30.000Z",
        "events": [
          {
            "event": "created",
            "at": "2026-07-01T09:00:30.000Z"
          }
        ]
      }
      "
    `);
    later(60_000);
    await store.record(id, 'started', null);
    later(60_000);
    const failed = await store.record(id, 'failed', 2);
    expect(failed).toMatchObject({ state: 'failed', exit: 2, updated_at: '2026-07-01T09:02:30.000Z' });
    const again = await store.record(id, 'resumed', null);
    expect(again).toMatchObject({ state: 'running', exit: null });
    expect(again.events.map(({ event }) => event)).toEqual(['created', 'started', 'failed', 'resumed']);
    expect(lastEvent(again)).toEqual({
      schema: 1,
      id,
      event: 'resumed',
      state: 'running',
      session: 'shop-creator-claude',
      at: '2026-07-01T09:02:30.000Z',
    });
    expect(await store.record(id, 'deleted', null)).toMatchObject({ state: 'cancelled' });
    expect(await store.list()).toMatchObject({ jobs: [{ id }], blind: null });
    expect(notices).toEqual([]);
    await store.remove(id);
    expect(await store.read(id)).toEqual({ known: null });
  });

  test('of another tool is read and written by the names of that tool, and what is not ours in it is kept', async () => {
    const fields = { state: 'status', session: 'tmux', events: 'log', updated_at: 'changed' };
    const { store, put, text } = scratchStore({ fields, states: { in_progress: 'running', finished: 'done' } });
    const theirs = { status: 'in_progress', tmux: 'shop', cost: 1.5, log: [['their', 'own'], { event: 'x', at: 'y' }] };
    put('job-77ab.json', JSON.stringify(theirs));
    expect(await store.read('job-77ab')).toMatchObject({
      known: { id: 'job-77ab', state: 'running', session: 'shop', prompt: null, events: [{ event: 'x', at: 'y' }] },
    });
    await store.record('job-77ab', 'done', 0);
    expect(JSON.parse(text('job-77ab'))).toEqual({
      status: 'finished',
      tmux: 'shop',
      cost: 1.5,
      changed: '2026-07-01T09:00:30.000Z',
      exit: 0,
      log: [...theirs.log, { event: 'done', at: '2026-07-01T09:00:30.000Z', exit: 0 }],
    });
    const { id } = await store.create(about);
    expect(JSON.parse(text(id))).toMatchObject({ id, status: 'queued', tmux: 'shop-creator-claude' });
  });

  test('is withdrawn while nothing has happened to it, and never after', async () => {
    const { store } = scratchStore();
    const [left, begun] = [await store.create(about), await store.create(about)];
    await store.record(begun.id, 'started', null);
    for (const id of [left.id, begun.id, 'absent']) await store.withdraw(id);
    expect((await store.list()).jobs.map(({ id }) => id)).toEqual([begun.id]);
  });

  test('hears several events at once, and forgets none', async () => {
    const { store } = scratchStore();
    const { id } = await store.create(about);
    await Promise.all(Array.from({ length: 20 }, () => store.record(id, 'started', null)));
    expect(await store.read(id)).toMatchObject({ known: { events: { length: 21 } } });
  });

  test('is found by its whole id, or by the short one if only one bears it', async () => {
    const { store, put } = scratchStore();
    put('job-77ab-1.json', '{"state":"done"}');
    await store.create(about);
    expect([store.find('77ab'), store.find('job-77ab-1'), store.find('3f2a')]).toEqual([
      'job-77ab-1',
      'job-77ab-1',
      '3f2a9c1e-0001',
    ]);
    await store.create(about);
    expect(() => store.find('3f2a')).toThrow('3f2a is short for 2 jobs');
    expect(() => store.find('../x\u0007')).toThrow('there is no job ../x\\x07');
    await expect(store.record('3f2a9c1e-0009', 'done', null)).rejects.toMatchObject({ code: 2 });
  });
});

describe('rights', () => {
  test('of others are taken away, and it is said', async () => {
    const { store, dir, put, mode, pathOf, notices } = scratchStore();
    put('open.json', '{"state":"queued"}', 0o644);
    chmodSync(dir, 0o755);
    await store.list();
    expect([mode(dir), mode(pathOf('open'))]).toEqual(['700', '600']);
    expect(notices).toEqual([
      '~ was open to others (755), now it is yours alone (700)',
      '~/open.json was open to others (644), now it is yours alone (600)',
    ]);
    await store.list();
    expect(notices).toHaveLength(2);
  });

  test('of a folder that others share are left, and the folder is refused', async () => {
    const { store, dir } = scratchStore();
    mkdirSync(dir);
    chmodSync(dir, 0o1777);
    await expect(store.list()).rejects.toMatchObject({ code: 2, where: dir });
    expect((statSync(dir).mode & 0o7777).toString(8)).toBe('1777');
  });
});

describe('a hostile file', () => {
  test.each([
    ['not JSON', '{"state": "running"', 'it is not JSON'],
    ['no object', '[1]', 'it is no JSON object'],
    ['without a state', '{}', 'its state is null, which is no known state'],
    ['of another state', '{"state":"\\u001b[31m"}', 'its state is "\\u001b[31m", which is no known state'],
    ['of 5 MB', `{"state":"running","prompt":"${'x'.repeat(5_000_000)}"}`, 'it is larger than 1 MB'],
    ['nested without end', `{"state":${'['.repeat(100_000)}`, 'it is not JSON'],
  ])('%s is said, and no job', async (_, text, reason) => {
    const { store, put, notices, dir } = scratchStore();
    put('bad.json', text);
    const blind = { code: 4, message: `job bad cannot be read: ${reason}`, where: join(dir, 'bad.json') };
    expect(await store.list()).toMatchObject({ jobs: [], blind });
    expect(notices).toEqual([]);
    await expect(store.record('bad', 'done', null)).rejects.toMatchObject(blind);
  });

  test('deeply nested where it is not ours: read, and kept as it is', async () => {
    const { store, put, text } = scratchStore();
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    put('deep.json', `{"state":"running","their":${deep},"exit":"none","events":"none"}`);
    expect(await store.read('deep')).toMatchObject({ known: { state: 'running', exit: null, events: [] } });
    const before = text('deep');
    await store.record('deep', 'done', null).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 3 });
      expect(text('deep')).toBe(before);
    });
  });

  test('a link, a pipe and a folder are never followed', async () => {
    const { store, dir, put } = scratchStore();
    put('real.txt', '{"state":"running"}', 0o644);
    symlinkSync('real.txt', join(dir, 'link.json'));
    pipeAt(join(dir, 'pipe.json'));
    mkdirSync(join(dir, 'folder.json'));
    const read = await Promise.all(['folder', 'link', 'pipe'].map((id) => store.read(id)));
    expect(read).toMatchObject([
      { blind: 'job folder cannot be read: it is not a file' },
      { blind: 'job link cannot be read: it is a link' },
      { blind: 'job pipe cannot be read: it is not a file' },
    ]);
    const { jobs, blind } = await store.list();
    expect(jobs).toEqual([]);
    expect(blind?.message).toMatch(/^3 jobs cannot be read\. The first: job (folder|link|pipe) cannot be read/);
    expect((statSync(join(dir, 'real.txt')).mode & 0o777).toString(8)).toBe('644');
  });

  test('a folder that may not be read is said', async () => {
    const { store, dir } = scratchStore();
    mkdirSync(dir, { mode: 0o700 });
    chmodSync(dir, 0o000);
    await expect(asNobody(() => store.find('x'))).rejects.toThrow(
      expect.objectContaining({ code: 4, message: 'the delegate jobs cannot be read', where: dir }),
    );
  });
});

test('only a plain name is an id', () => {
  const all = ['a', '3f2a9c1e-4b7d', 'job_1.2', 'x'.repeat(128)];
  const none = [
    '',
    '.',
    '..',
    '../x',
    'a/b',
    '/etc/passwd',
    '-rf',
    '.hidden',
    'a\0b',
    'a b',
    'a\n',
    'x'.repeat(129),
    'é',
  ];
  expect([...all, ...none].filter(isJobId)).toEqual(all);
});

test('the short id is what tells jobs apart', () => {
  const ids = ['3f2a9c1e-4b7d', 'job-3f2a9c1e', 'delegate_20260701_77abcd', '12345', 'paint', '\u001b', ''];
  expect(ids.map(shortJobId)).toEqual(['3f2a', '3f2a', '77ab', '1234', 'pain', '\u001b', '']);
});
