import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../src/log/log.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { inMemoryReader, stdoutReader } from '../../src/tell/stdout.ts';
import { aDrift } from '../log/a-drift.ts';
import { driftNamed } from '../named.ts';

let dir: string;
let log: Log;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asm-stdout-'));
  log = new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (id: string) => log.append([{ kind: 'opened', drift: aDrift({ id, key: id }) }]);
const ids = ({ opened }: { readonly opened: readonly { readonly id: string }[] }): string[] =>
  opened.map(({ id }) => id);

test('a reader without a position begins with what stands; then comes what is new, once', async () => {
  await open('stands');
  await open('over');
  await log.append([{ kind: 'resolved', id: driftNamed('over'), because: 'world', message: null }]);
  const first = await stdoutReader(log).take();
  expect(ids(first)).toEqual(['stands']);
  await first.commit();
  await open('new');
  const second = await stdoutReader(log).take();
  expect(ids(second)).toEqual(['new']);
  await second.commit();
  expect(ids(await stdoutReader(log).take())).toEqual([]);
});

test('what was not flushed is told again', async () => {
  await open('one');
  expect(ids(await stdoutReader(log).peek())).toEqual(['one']);
  expect(ids(await stdoutReader(log).peek())).toEqual(['one']);
});

test('two at once: the second waits for the flush of the first, and is told nothing twice', async () => {
  await open('one');
  const first = await stdoutReader(log).take();
  const second = stdoutReader(log).take();
  await first.commit();
  const later = await second;
  await later.commit();
  expect([ids(first), ids(later)]).toEqual([['one'], []]);
});

test('a reader that lives as long as its process moves no other reader’s position', async () => {
  await open('one');
  const own = inMemoryReader(log);
  const first = await own.take();
  await first.commit();
  expect(ids(first)).toEqual(['one']);
  expect(ids(await own.take())).toEqual([]);
  expect(ids(await inMemoryReader(log).take())).toEqual(['one']);
  expect(ids(await stdoutReader(log).peek())).toEqual(['one']);
});
