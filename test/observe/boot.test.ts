import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootReader, parseSysctl } from '../../src/observe/boot.ts';
import { never } from '../never.ts';

test('Linux: the id of this boot and its time, without a program', async () => {
  const { seen, spawns } = await bootReader('linux', 1_000)(never);
  const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  expect({ seen, spawns }).toEqual({ seen: { known: { id, bootedAt: expect.any(Number) } }, spawns: 0 });
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  const bootedAt = 'known' in seen ? seen.known.bootedAt : 0;
  // The kernel rounds to seconds, and corrects the clock.
  expect(Math.abs(Date.now() - uptime - bootedAt)).toBeLessThan(60_000);
});

test('macOS: half an answer, or none, is blindness with what to try', () => {
  const blind = {
    blind: 'the kernel does not tell when it booted',
    cure: 'try: sysctl kern.bootsessionuuid kern.boottime',
  };
  const uuid = 'kern.bootsessionuuid: 5A1B2C3D-0000-1111-2222-333344445555\n';
  const time = 'kern.boottime: { sec = 1782892800, usec = 214365 } Wed Jul  1 08:00:00 2026\n';
  expect([uuid, time, '', 'sysctl: unknown oid'].map(parseSysctl)).toEqual([blind, blind, blind, blind]);
  expect(parseSysctl(time + uuid)).toMatchObject({ known: { bootedAt: 1_782_892_800_000 } });
});

test('macOS: a sysctl that cannot be run is blindness, and asked again', async () => {
  const read = bootReader('darwin', 1_000);
  const aborted = AbortSignal.abort();
  expect(await read(aborted)).toMatchObject({ seen: { blind: expect.any(String) }, spawns: 1 });
  expect(await read(aborted)).toMatchObject({ seen: { blind: expect.any(String) }, spawns: 1 });
});
