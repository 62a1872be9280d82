import { execFile, spawn } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import { takeFlock } from '../../src/system/flock.ts';
import type { ReadResult } from '../../src/registry/registry-file.ts';
import { edited, scratchRegistry, swapOnce, type ScratchRegistry } from './scratch-registry.ts';
import { never as signal } from '../never.ts';

const run = promisify(execFile);
const known = { knowsEntries: false, registered: new Set<string>(), mayCache: true };

async function readable(registry: ScratchRegistry): Promise<Exclude<ReadResult, { kind: 'unreadable' }>> {
  const read = await registry.file.read(known);
  if (read.kind === 'unreadable') throw new Error(`${read.message} at ${read.where}`);
  return read;
}

const set = (session: string, key: string, to: string): Edit => ({
  op: 'set',
  entry: { session, socket: null },
  path: [key],
  from: undefined,
  to,
});

test('bash writers with flock and ours lose nothing of each other', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  const each = 15;
  const script = `for i in $(seq ${each}); do flock "$1.lock" sh -c 'cp "$1" "$1.$2"; printf "  bash-%s-%s:\\n    status: running\\n" "$2" "$3" >> "$1.$2"; mv "$1.$2" "$1"' sh "$1" "$2" "$i"; done`;
  const bash = ['a', 'b'].map((writer) => run('bash', ['-c', script, 'bash', registry.path, writer]));
  const ours = [0, 1].map(async (writer) => {
    const file = registry.open({ waitMs: 60_000 });
    for (let made = 0; made < each;) {
      const read = await file.read(known);
      if (read.kind !== 'read') throw new Error('unreadable between two whole texts');
      const entry = { session: `ours-${writer}-${made}`, socket: null };
      const prepared = await file.prepare(read, [{ op: 'register', entry, fields: { status: 'running' } }]);
      if ((await swapOnce(file, read.registry.hash, prepared)) === 'swapped') made += 1;
    }
  });
  await Promise.all([...bash, ...ours]);
  const names = (await readable(registry)).registry.entries.map((entry) => entry.session);
  const numbers = Array.from({ length: each }, (_, index) => index);
  expect(names.toSorted()).toEqual(
    [
      'one',
      ...numbers.flatMap((index) => [
        `bash-a-${index + 1}`,
        `bash-b-${index + 1}`,
        `ours-0-${index}`,
        `ours-1-${index}`,
      ]),
    ].toSorted(),
  );
  expect((await readdir(registry.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 300_000);

test('a registry that other hosts write too has a second lock, which the network lets them see', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n', true);
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  const elsewhere = `${registry.path}.lock.lock`;
  await mkdir(elsewhere);
  // Its holder lives: no time goes by in which it is not touched.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  let isOver = false;
  const swapping = swapOnce(registry.file, read.registry.hash, prepared).finally(() => (isOver = true));
  const tried = (): Promise<unknown> => run('flock', ['--nonblock', `${registry.path}.lock`, 'true']);
  await vi.waitFor(() => expect(tried()).rejects.toMatchObject({ code: 1 }), 60_000);
  expect(isOver).toBe(false);
  await rmdir(elsewhere);
  expect(await swapping).toBe('swapped');
  expect((await readdir(registry.folder)).filter((name) => name.includes('.lock'))).toEqual([
    'agent-sessions.yaml.lock',
  ]);
});

test('an edit by another writer between read and swap wins', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  await writeFile(registry.path, 'sessions: {}\n');
  expect(await swapOnce(registry.file, read.registry.hash, prepared)).toBe('changed');
  expect(await readFile(registry.path, 'utf8')).toBe('sessions: {}\n');
});

test('mode, symlink and the modes of what we make', async () => {
  const registry = await scratchRegistry(null);
  const real = join(registry.folder, 'real.yaml');
  await writeFile(real, 'sessions:\n  one:\n    status: running\n');
  await chmod(real, 0o640);
  await symlink('real.yaml', registry.path);
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  expect(await swapOnce(registry.file, read.registry.hash, prepared)).toBe('swapped');
  const backups = join(registry.folder, 'state', 'backups');
  const [backup = ''] = await readdir(backups);
  const mode = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);
  expect({
    text: await readFile(real, 'utf8'),
    names: (await readdir(registry.folder)).toSorted(),
    real: await mode(real),
    lock: await mode(`${registry.path}.lock`),
    backups: await mode(backups),
    backup: await mode(join(backups, backup)),
    cache: await mode(join(registry.folder, 'cache')),
  }).toEqual({
    text: 'sessions:\n  one:\n    status: terminated\n',
    names: ['agent-sessions.yaml', 'agent-sessions.yaml.lock', 'cache', 'real.yaml', 'state'],
    real: '640',
    lock: '640',
    backups: '700',
    backup: '600',
    cache: '700',
  });
});

test('owner and group stay', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  // Only root can give a file away; every user can set an own group.
  const [uid, gid] = process.getuid?.() === 0 ? [1234, 5678] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  await chown(registry.path, uid, gid);
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  expect(await swapOnce(registry.file, read.registry.hash, prepared)).toBe('swapped');
  expect(await stat(registry.path)).toMatchObject({ uid, gid });
});

test('ten backups at most', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: s0\n');
  for (let count = 1; count <= 13; count += 1) {
    const read = await readable(registry);
    const prepared = await registry.file.prepare(read, [set('one', 'status', `s${count}`)]);
    await swapOnce(registry.file, read.registry.hash, prepared);
  }
  const folder = join(registry.folder, 'state', 'backups');
  const names = (await readdir(folder)).toSorted();
  expect(names).toHaveLength(10);
  expect(await readFile(join(folder, names.at(-1) ?? ''), 'utf8')).toContain('status: s12');
});

test('a lock that is held is waited for no longer than the signal allows', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  const holder = spawn('flock', [`${registry.path}.lock`, 'sh', '-c', 'echo held; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  onTestFinished(() => {
    if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
  });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  const stop = AbortSignal.timeout(200);
  await expect(swapOnce(registry.file, read.registry.hash, prepared, stop)).rejects.toThrow('timeout');
  await expect(swapOnce(registry.open({ waitMs: 500 }), read.registry.hash, prepared)).rejects.toMatchObject({
    code: 3,
    message: expect.stringContaining(`pid ${holder.pid} (flock)`),
    where: `${registry.path}.lock`,
  });
  expect(await readFile(registry.path, 'utf8')).toContain('running');
});

test('where the path is a symlink, both names of the lock exclude; one file by two names is taken once', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  const real = join(registry.folder, 'real.yaml');
  await rename(registry.path, real);
  await symlink(real, registry.path);
  const write = async (status: string, waitMs?: number) => {
    const read = await readable(registry);
    const prepared = await registry.file.prepare(read, [set('one', 'status', status)]);
    return swapOnce(registry.open(waitMs === undefined ? {} : { waitMs }), read.registry.hash, prepared);
  };
  expect(await write('idle')).toBe('swapped');
  expect(await readdir(registry.folder), 'no lock file that nobody else has made').not.toContain('real.yaml.lock');
  for (const lock of [`${real}.lock`, `${registry.path}.lock`]) {
    const held = await takeFlock(lock, 0o600);
    if (held.kind !== 'held') throw new Error('it is free');
    await expect(write('terminated', 300)).rejects.toMatchObject({ code: 3, where: lock });
    await held.release();
  }
  expect(await write('terminated')).toBe('swapped');
  await rm(`${real}.lock`);
  await symlink(`${registry.path}.lock`, `${real}.lock`);
  expect(await write('running')).toBe('swapped');
  expect(await readFile(real, 'utf8')).toContain('running');
});

test('a lock file that cannot be opened is named', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  const lock = `${registry.path}.lock`;
  await symlink(lock, lock);
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  await expect(swapOnce(registry.file, read.registry.hash, prepared)).rejects.toMatchObject({
    message: expect.stringMatching(/^the registry cannot be written: its lock file cannot be opened: ELOOP/),
    where: lock,
  });
});

test.each([
  // Its lock is real, but it has no option to wait.
  ['a flock without -w (BusyBox)', 'flock', '#!/bin/sh\n[ "$*" = "-x 3" ] || exit 1\nexec "$FLOCK" -x 3\n'],
  ['perl, where flock cannot', 'flock', '#!/bin/sh\nexit 1\n'],
])('the lock is held with %s', async (_, name, script) => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  const bin = join(registry.folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, name), script, { mode: 0o755 });
  const { stdout } = await run('sh', ['-c', 'command -v flock']);
  vi.stubEnv('FLOCK', stdout.trim());
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const locked = await takeFlock(`${registry.path}.lock`, 0o600, { signal });
  if (locked.kind === 'busy') throw new Error('no process held it');
  const tried = (): Promise<unknown> => run(stdout.trim(), ['--nonblock', `${registry.path}.lock`, 'true']);
  await expect(tried()).rejects.toThrow();
  await locked.release();
  await tried();
});

test('without flock and perl a lock that we respect ourselves', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n');
  vi.stubEnv('PATH', registry.folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, [set('one', 'status', 'terminated')]);
  expect(await swapOnce(registry.file, read.registry.hash, prepared)).toBe('swapped');
});

test('litter of a dead writer goes, of a living one stays', async () => {
  const registry = await scratchRegistry('sessions: {}\n');
  const start = (await readFile('/proc/1/stat', 'latin1')).replace(/^.*\) /s, '').split(' ')[19];
  const living = `.agent-sessions.yaml.asm-1-${start}.tmp`;
  await writeFile(join(registry.folder, '.agent-sessions.yaml.asm-1-9999999999.tmp'), '');
  await writeFile(join(registry.folder, living), '');
  await registry.file.sweep();
  expect((await readdir(registry.folder)).toSorted()).toEqual([living, 'agent-sessions.yaml']);
});

test('what is no registry file is refused, and a missing one is new only if nothing is known of it', async () => {
  const folder = await scratchRegistry(null);
  await mkdir(folder.path);
  const dangling = await scratchRegistry(null);
  await symlink('nowhere.yaml', dangling.path);
  const linked = await scratchRegistry('sessions: {}\n');
  await link(linked.path, join(linked.folder, 'second.yaml'));
  const said = async (registry: ScratchRegistry, knowsEntries: boolean) => {
    const read = await registry.file.read({ ...known, knowsEntries });
    return read.kind === 'unreadable' ? read.message : read.kind;
  };
  expect({
    folder: await said(folder, false),
    dangling: await said(dangling, false),
    linked: await said(linked, false),
    new: await said(await scratchRegistry(null), false),
    away: await said(await scratchRegistry(null), true),
    emptyAndNew: await said(await scratchRegistry(''), false),
    emptied: await said(await scratchRegistry(''), true),
  }).toMatchInlineSnapshot(`
    {
      "away": "the registry is not there any more",
      "dangling": "the registry cannot be read: it is a link that leads nowhere",
      "emptied": "the registry is empty (0 bytes)",
      "emptyAndNew": "read",
      "folder": "the registry cannot be read: it is not a file",
      "linked": "the registry cannot be read: it has a second hard link: a rename would part the two",
      "new": "absent",
    }
  `);
});

test('a first run starts the registry', async () => {
  const registry = await scratchRegistry(null);
  const read = await readable(registry);
  const prepared = await registry.file.prepare(read, []);
  expect(await swapOnce(registry.file, null, prepared)).toBe('swapped');
  expect(await readFile(registry.path, 'utf8')).toBe('version: 1\nsessions:\n');
  expect(await swapOnce(registry.file, null, prepared)).toBe('changed');
});

test('a process that finds the text unchanged takes the entries from the cache; a broken cache is nothing', async () => {
  const registry = await scratchRegistry('sessions:\n  one:\n    status: running\n    claude_session_id_own: null\n');
  const first = await registry.file.read(known);
  // It is written while the process waits for something else.
  const cache = await vi.waitFor(async () => {
    const names = await readdir(join(registry.folder, 'cache'));
    return names.find((name) => name.endsWith('.entries.json')) ?? Promise.reject(new Error('no cache'));
  }, 60_000);
  expect(await registry.open().read(known)).toEqual(first);
  await writeFile(join(registry.folder, 'cache', cache), '{"schema":1,');
  expect(await registry.open().read(known)).toEqual(first);
});

test('three hundred entries that share one anchor: one line changes', async () => {
  const entries = Array.from({ length: 300 }, (_, index) => `  s${index}:\n    <<: *usual\n    cwd: /tmp/${index}\n`);
  const text = `usual: &usual\n  agent: claude\n  status: running\nsessions:\n${entries.join('')}`;
  const registry = await scratchRegistry(text);
  expect(await edited(registry, [set('s150', 'status', 'terminated')])).toBe(
    text.replace('    cwd: /tmp/150\n', '    cwd: /tmp/150\n    status: terminated\n'),
  );
});
