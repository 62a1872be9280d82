import { expect, test } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { makeLoop, type LoopPass } from '../../src/run/loop.ts';

const calm: LoopPass = { comeBackAt: null, crowded: false };
const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const locked = () => new RegistryError('the registry is locked', { cure: 'wait' });

/** Passes with these outcomes, an interval apart, until none is left. */
async function watched(outcomes: readonly (LoopPass | Error)[]): Promise<readonly string[]> {
  const said: string[] = [];
  const left = [...outcomes];
  let now = 0;
  const loop = makeLoop({
    pass: () => {
      const outcome = left.shift() ?? calm;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    isOver: () => Promise.resolve(left.length === 0 ? { kind: 'ended', reason: 'the test is over' } : null),
    heartbeat: () => Promise.resolve(),
    onTrouble: (error) => said.push(error.message),
    now: () => now,
    sleep: (ms) => Promise.resolve(void (now += ms)),
    intervalMs: 1_000,
    heartbeatMs: 300_000,
  });
  await loop.run(new AbortController().signal);
  return said;
}

test('a full disk at night does not end the watch; it is said once, and again after it was over', async () => {
  expect(await watched([calm, full(), full(), full(), calm, full(), calm])).toEqual([
    'ENOSPC: no space left on device, write',
    'ENOSPC: no space left on device, write',
  ]);
});

test('a registry that cannot be written is said once, also from the start on', async () => {
  expect(await watched([locked(), locked(), calm])).toEqual(['the registry is locked']);
});

test('a defect that shows before any pass has succeeded ends the watch; a later one is trouble', async () => {
  await expect(watched([new TypeError('no such thing')])).rejects.toThrow('no such thing');
  await expect(watched([locked(), new TypeError('no such thing')])).rejects.toThrow('no such thing');
  expect(await watched([calm, new TypeError('no such thing'), calm])).toEqual(['no such thing']);
});
