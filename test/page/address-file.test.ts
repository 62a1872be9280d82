import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AddressFiles } from '../../src/page/address-file.ts';
import { ownProcess } from '../../src/system/process-identity.ts';

let root: string;
let dir: string;
let files: AddressFiles;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'asm-'));
  dir = join(root, 'state', '7f3a');
  files = new AddressFiles(dir, 'here');
});
afterEach(() => rmSync(root, { recursive: true }));

const url = 'http://127.0.0.1:8123/#key';
const at = (name: string): string => join(dir, name);

/** Writes what another process left; it is the parent of this one, which lives. */
function served(change: object = {}): void {
  const { ppid } = process;
  const start = readFileSync(`/proc/${ppid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
  mkdirSync(dir, { recursive: true });
  writeFileSync(at('page.json'), JSON.stringify({ port: 8123, pid: ppid, start, place: 'here', ...change }));
  writeFileSync(at('page.url'), `${url}\n`);
}

test('three files for their owner alone; the address goes, the port stays', () => {
  files.write(url, 8123);
  for (const name of ['page.url', 'page.html', 'page.json']) expect(statSync(at(name)).mode & 0o777, name).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(readFileSync(at('page.url'), 'utf8')).toBe(`${url}\n`);
  expect(readFileSync(files.opener, 'utf8')).toContain(`content="0; url=${url}"`);
  expect(JSON.parse(readFileSync(at('page.json'), 'utf8'))).toEqual({ port: 8123, ...ownProcess(), place: 'here' });
  files.remove(url);
  expect(['page.url', 'page.html', 'page.json'].filter((name) => existsSync(at(name)))).toEqual(['page.json']);
  expect(files.formerPort).toBe(8123);
});

test('the address of a later page stays, and what is gone already is no error', () => {
  files.write('http://127.0.0.1:8123/#later', 8123);
  files.remove(url);
  expect(existsSync(at('page.url'))).toBe(true);
  rmSync(files.opener);
  files.remove('http://127.0.0.1:8123/#later');
  expect(existsSync(at('page.url'))).toBe(false);
  files.remove(url);
});

describe('the page of another process', () => {
  test('is one that lives here and whose address stands there', () => {
    served();
    expect(files.other).toEqual({ pid: process.ppid, port: 8123, url });
  });

  test.each([
    ['that is dead', { pid: 2 ** 22 + 1 }],
    ['whose pid another process has now', { start: '1' }],
    ['of another place that shares the folder', { place: 'there' }],
    ['that is this process', ownProcess()],
    ['whose address names another port', { port: 8124 }],
    ['without a port', { port: 0 }],
    ['of no known shape', { pid: 'x' }],
  ])('is none %s', (_, change) => {
    served(change);
    expect(files.other).toBeNull();
  });

  test('is none where a file is missing or holds something else', () => {
    expect([files.other, files.formerPort]).toEqual([null, null]);
    served();
    rmSync(at('page.url'));
    expect(files.other).toBeNull();
    expect(files.formerPort).toBe(8123);
    writeFileSync(at('page.url'), 'nonsense');
    expect(files.other).toBeNull();
    writeFileSync(at('page.json'), '{');
    expect([files.other, files.formerPort]).toEqual([null, null]);
  });
});

test('of several at once one finds what the other began', async () => {
  const order: string[] = [];
  await Promise.all(
    ['one', 'two'].map((name) =>
      new AddressFiles(dir, 'here').inTurn(async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
      }),
    ),
  );
  expect(order[1]).toBe(order[0]?.replace('begins', 'ends'));
  expect(order).toHaveLength(4);
});
