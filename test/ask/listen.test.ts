import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownSocket } from '../../src/ask/ask-monitor.ts';
import { listenAt, type Listening } from '../../src/ask/listen.ts';
import { isOwnFolder } from '../../src/system/own-folder.ts';
import { until } from '../e2e/private-world.ts';

let folder = '';
let path = '';
let listening: Listening | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-ask-'));
  path = join(folder, 'ask.sock');
});
afterEach(async () => {
  await listening?.close();
  listening = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Listens with more patience for askers than the program has: a busy machine may stall. */
async function listen(answer: (line: string) => Promise<Buffer | null> = echo) {
  listening = await listenAt(path, answer, 30_000);
  return listening;
}

const echo = (line: string) => Promise.resolve(Buffer.from(`<${line}>`));

/** Writes the text, and returns all that comes until the end. */
async function said(text: string): Promise<string> {
  const socket = connect(path);
  let heard = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.write(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return heard;
}

/** Leaves the socket of a process that was killed. */
function leaveBehind(): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(lstatSync(path).isSocket()).toBe(true);
}

test('answers a line, to its user alone, and leaves nothing behind', async () => {
  await listen();
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  expect(ownSocket(path)).toBe(lstatSync(path).ino);
  expect(await said('what?\nand more')).toBe('<what?>');
  await listening?.close();
  expect(ownSocket(path)).toBeNull();
  expect(() => lstatSync(path)).toThrow('ENOENT');
});

test('without an answer it only closes', async () => {
  await listen(() => Promise.resolve(null));
  expect(await said('what?\n')).toBe('');
});

test('takes the place of a killed process, and never that of a living one', async () => {
  leaveBehind();
  expect(await listen()).not.toBeNull();
  expect(await listenAt(path, echo)).toBeNull();
  expect(await said('still there?\n')).toBe('<still there?>');
});

test('leaves what is no socket, and what leads elsewhere', async () => {
  writeFileSync(path, 'mine');
  expect(await listen()).toBeNull();
  expect(readFileSync(path, 'utf8')).toBe('mine');
  rmSync(path);
  const other = join(folder, 'other.sock');
  const server = createServer().listen(other);
  await once(server, 'listening');
  symlinkSync(other, path);
  expect(await listen()).toBeNull();
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  chmodSync(other, 0o600);
  expect([ownSocket(other), ownSocket(path)]).toEqual([lstatSync(other).ino, null]);
  server.close();
});

test.each([
  ['0755', 0o755],
  ['0770', 0o770],
  ['0701', 0o701],
])('a folder with mode %s holds no socket, and none in it is asked', async (_name, mode) => {
  await listen();
  chmodSync(folder, mode);
  expect([isOwnFolder(folder), ownSocket(path)]).toEqual([false, null]);
  expect(await listenAt(join(folder, 'second.sock'), echo)).toBeNull();
  chmodSync(folder, 0o700);
  expect(ownSocket(path)).not.toBeNull();
  chmodSync(path, 0o660);
  expect(ownSocket(path)).toBeNull();
});

test('a folder that is missing, or a file, holds none', async () => {
  path = join(folder, 'none/ask.sock');
  expect(await listen()).toBeNull();
  mkdirSync(join(folder, 'none'), { mode: 0o700 });
  expect(await listen()).not.toBeNull();
});

test('garbage, and a line without end, are turned away', async () => {
  const asked: string[] = [];
  await listen((line) => {
    asked.push(line);
    return Promise.resolve(null);
  });
  expect(await said('x'.repeat(100_000))).toBe('');
  expect(await said(`${'x'.repeat(1_000)}\n`)).toBe('');
  expect(asked).toEqual([]);
  expect(await said('\u0000\u001b[2J\n')).toBe('');
  expect(asked).toHaveLength(1);
});

test('a thousand that never ask or never read are gone after a second, and hurt nobody', async () => {
  const answer = Buffer.alloc(1 << 22, 'x');
  listening = await listenAt(path, () => Promise.resolve(answer));
  const before = process.memoryUsage().arrayBuffers;
  const sockets: Socket[] = [];
  for (let count = 0; count < 1_000; count += 1) {
    const socket = connect(path);
    // The kernel turns away what has no room in the queue.
    socket.on('error', () => socket.destroy());
    // Half of them ask, and do not read what they are told.
    if (count % 2 === 0) socket.pause().write('what?\n');
    sockets.push(socket);
  }
  await until('room for another asker', async () => (await said('and I?\n')).length === answer.length);
  // All shared one answer.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(answer.length * 20);
  for (const socket of sockets) socket.destroy();
});
