import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyMemory, emptyLedger, type EntryMemory } from '../../../src/core/model/memory.ts';
import { JobFolder } from '../../../src/jobs/store.ts';
import { FileLog } from '../../../src/log/file-log.ts';
import type { RegistryFile } from '../../../src/registry/registry-file.ts';
import { closeDrifts } from '../../../src/pass/close-drifts.ts';
import { recogniseOwnWrites } from '../../../src/pass/recognise-own-writes.ts';
import { submitJob } from '../../../src/operations/jobs/submit-job.ts';
import { lockedBy, scratchRegistry } from '../../registry/scratch-registry.ts';
import { driftNamed, named } from '../../named.ts';

const at = Date.parse('2026-07-01T09:00:30Z');
const { signal } = new AbortController();
const text = 'sessions:\n  shop:\n    status: running\n';

/** Makes a world of real files; `underLock` stands in for the registry's own. */
async function world(underLock?: (file: RegistryFile) => RegistryFile['underLock']) {
  const { file, folder, path } = await scratchRegistry(text);
  const log = new FileLog({
    dir: join(folder, 'state'),
    registryPath: path,
    place: 'here',
    now: () => at,
    warn: () => undefined,
  });
  const dir = join(folder, 'jobs');
  let made = 0;
  const settings = { dir, map: { topic: '', fields: {}, states: {} } };
  const newId = (): string => `job-${(made += 1)}`;
  const jobs = new JobFolder({ settings, now: () => at, newId, notice: () => undefined });
  const registryFile = underLock === undefined ? file : { ...file, underLock: underLock(file) };
  return {
    path,
    dir,
    log,
    jobs,
    file,
    submit: () => submitJob({ log, registryFile, jobs, signal }, { session: 'shop', prompt: 'paint' }),
    kinds: async () => (await log.read()).map(({ kind }) => kind),
    read: async () => {
      const read = await file.read({ knowsEntries: true, registered: new Set(), mayCache: false });
      if (read.kind !== 'read') throw new Error('not read');
      return read;
    },
  };
}

test('the job is there before the registry names it, and the log knows before it does', async () => {
  const seen: unknown[] = [];
  const one = await world((file) => async (work, abort) => {
    seen.push(
      readdirSync(one.dir),
      (await one.log.read()).map(({ kind }) => kind),
      readFileSync(one.path, 'utf8'),
    );
    return file.underLock(work, abort);
  });
  await one.submit();
  expect(seen).toEqual([['job-1.json'], ['intended'], text]);
  expect(readFileSync(one.path, 'utf8')).toBe(`${text}    delegate_job_id: job-1\n`);
  expect(await one.kinds()).toEqual(['intended', 'applied']);
});

test('a session that is busy is refused with the place of its entry', async () => {
  const one = await world();
  await one.submit();
  await expect(one.submit()).rejects.toMatchObject({ code: 2, where: `${one.path}:2:3` });
});

test('a registry that is locked, or fails, leaves neither a job nor an open intent', async () => {
  const locked = await world(() => lockedBy('pid 7 (vim)').underLock);
  await expect(locked.submit()).rejects.toMatchObject({ code: 3, message: expect.stringContaining('pid 7 (vim)') });
  const full = await world(() => () => Promise.reject(new Error('the disk is full')));
  await expect(full.submit()).rejects.toThrow('the disk is full');
  for (const one of [locked, full]) {
    expect(readdirSync(one.dir)).toEqual([]);
    expect(await one.kinds()).toEqual(['intended', 'dropped']);
  }
});

test('an edit of another writer meanwhile is read again: it may forbid the job', async () => {
  const meanwhile = (words: string) => {
    let times = 0;
    return world((file) => (work, abort) => {
      if ((times += 1) === 1) writeFileSync(file.path, `${text}${words}`);
      return file.underLock(work, abort);
    });
  };
  const one = await meanwhile('    mine: 1\n');
  await one.submit();
  expect(readFileSync(one.path, 'utf8')).toBe(`${text}    mine: 1\n    delegate_job_id: job-1\n`);
  const pinned = await meanwhile('    monitor: { pin: [delegate_job_id] }\n');
  await expect(pinned.submit()).rejects.toMatchObject({ code: 2 });
  expect(readdirSync(pinned.dir)).toEqual([]);
});

test('two submits at once: one job, and one refusal', async () => {
  const one = await world();
  const ends = await Promise.allSettled([one.submit(), one.submit()]);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(readdirSync(one.dir)).toHaveLength(1);
  expect(readFileSync(one.path, 'utf8')).toContain(readdirSync(one.dir)[0]?.replace('.json', '') ?? 'none');
});

test('after several submits the entry counts as untouched, for an undo too; after a hand between them it does not', async () => {
  const one = await world();
  const before = (await one.read()).registry.entries[0]?.textHash ?? '';
  const undone = new Map([['d1', { key: 'k1', entryId: named('shop'), textHash: before }]]);
  const formerMemory = { ...emptyMemory, entries: { [named('shop')]: memory(before) } };
  const remembered = { formerMemory, ledger: { ...emptyLedger, undone } };
  for (let round = 0; round < 2; round += 1) {
    const { id } = await one.submit();
    await one.jobs.record(id, 'done', null);
  }
  const { registry } = await one.read();
  const now = registry.entries[0]?.textHash;
  expect(now).not.toBe(before);
  const own = await recogniseOwnWrites(remembered, registry, one.log);
  expect(own.formerMemory.entries[named('shop')]).toEqual({ ...memory(before), textHash: now });
  expect(own.ledger.undone.get('d1')).toEqual({ key: 'k1', entryId: named('shop'), textHash: now });

  writeFileSync(one.path, readFileSync(one.path, 'utf8').replace('running', 'running # by hand'));
  await one.submit();
  const touched = (await one.read()).registry;
  expect(await recogniseOwnWrites(remembered, touched, one.log)).toEqual(remembered);
});

test('a death that we wrote stays ours where a job was submitted behind it', async () => {
  const one = await world();
  await one.submit();
  const death = { id: driftNamed('d1'), key: 'k1', kind: 'session-gone', session: 'shop', openedAt: at } as const;
  const { registry } = await one.read();
  const entry = registry.entries[0];
  if (entry === undefined) throw new Error('no entry');
  const key = { session: 'shop', socket: null };
  const edits = [{ op: 'set', entry: key, path: ['status'], from: 'running', to: 'terminated' }] as const;
  const drift = { ...death, class: 'A', workspace: null, agent: null, message: '', evidence: [], edits } as const;
  const by = { pid: 1, start: '1' };
  const intent = { kind: 'intended', drifts: [drift], edits, before: '', after: '', undo: null, by } as const;
  const [repair] = await one.log.append([{ ...intent, entryHashes: { [named('shop')]: 'another text' } }]);
  await one.log.append([{ kind: 'applied', of: repair?.event ?? '' }]);
  const closed = async (entries: readonly (typeof entry)[]) =>
    closeDrifts({
      ledger: await one.log.ledger(),
      absentDrifts: [{ kind: 'over', id: driftNamed('d1'), message: null }],
      registry: { ...registry, entries },
      events: await one.log.read(),
      now: at + 6_000,
      graceMs: 5_000,
    });
  expect(await closed([{ ...entry, status: 'terminated' }])).toMatchObject([{ because: 'repaired' }]);
  expect(await closed([{ ...entry, status: 'terminated', textHash: 'by hand' }])).toMatchObject([{ because: 'human' }]);
});

function memory(textHash: string): EntryMemory {
  return {
    workspace: null,
    textHash,
    textSince: 7,
    seen: null,
    bootId: null,
    agent: null,
    shellSince: null,
    formerVisibleStatus: null,
  };
}
