import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileLog } from '../../../src/log/file-log.ts';
import type { Seeing } from '../../../src/core/model/plan.ts';
import { checkMachineId } from '../../../src/operations/doctor/check-machine-id.ts';
import { scratchFolder } from '../../observe/scratch.ts';
import { named } from '../../named.ts';
import { at, reportWith } from '../fake-context.ts';

const minute = 60_000;

interface Story {
  readonly place: string;
  readonly everyMinutes: number;
  /** What the host of that name saw each time. */
  readonly entries: (host: string) => Seeing['entries'];
}

/** Returns what doctor says once that place was called so, a name every so many minutes, the last one now. */
async function saidOf(
  names: readonly string[],
  { place = 'machine-1', everyMinutes = 1, entries = () => ({}) }: Partial<Story> = {},
) {
  let now = at - (names.length - 1) * everyMinutes * minute;
  const dir = mkdtempSync(join(scratchFolder(), 'log-'));
  const log = new FileLog({ dir, registryPath: '/r', place: 'here', now: () => now, warn: () => undefined });
  for (const host of names) {
    await log.append([{ kind: 'seen', place, host, entries: entries(host) }]);
    now += everyMinutes * minute;
  }
  const report = reportWith({});
  const here = { ...report.observation, place: { id: 'machine-1', borrowed: null } };
  return checkMachineId({ log: () => log, now: () => at }, { ...report, observation: here });
}

test('two machines with one machine-id, which call their place in turn, are a finding', async () => {
  expect(await saidOf(['lab1', 'lab2', 'lab1', 'lab2'])).toEqual([
    {
      id: 'place',
      ok: false,
      message:
        'this place was called lab1 and lab2 in turn within an hour: machines with one machine-id are taken for one, and each finds the sessions of the other gone',
      cure: expect.stringContaining('systemd-machine-id-setup'),
    },
  ]);
});

test('a machine that was renamed, even back, is none, and neither is another place or an old story', async () => {
  expect(await saidOf(['lab1', 'lab1', 'lab2', 'lab1', 'lab1'])).toEqual([]);
  expect(await saidOf(['lab1', 'lab2', 'lab1', 'lab2'], { place: 'machine-2' })).toEqual([]);
  expect(await saidOf(['lab1', 'lab2', 'lab1', 'lab2'], { everyMinutes: 30 })).toEqual([]);
});

test('one process under two names is seen by one machine: a container on it, or a name that comes from the network', async () => {
  const names = ['lab1', 'box', 'lab1', 'box'];
  const one = (start: string | null) => ({ [named('shop')]: { pane: 12, start } });
  expect(await saidOf(names, { entries: () => one('7852433') })).toEqual([]);
  expect(await saidOf(names, { entries: (host) => one(host === 'box' ? '7852433' : '99') })).toHaveLength(1);
  expect(await saidOf(names, { entries: () => one(null) })).toHaveLength(1);
});
