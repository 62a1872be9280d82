import { expect, test } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { makeLoop, type LoopPass } from '../../src/watch/loop.ts';
import { quietLane } from './fakes.ts';

const calm: LoopPass = { comeBackAt: null, crowded: false, changes: 0 };
const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const locked = () => new RegistryError('the registry is locked', { cure: 'wait' });

/** Runs passes with these outcomes, one after the other. */
async function watched(outcomes: readonly (LoopPass | Error)[]): Promise<readonly string[]> {
  const said: string[] = [];
  const left = [...outcomes];
  const loop = makeLoop({
    pass: () => {
      const outcome = left.shift() ?? calm;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    lane: { ...quietLane, over: () => (left.length === 0 ? { kind: 'ended', reason: 'the test is over' } : null) },
    heldUntil: () => null,
    onTrouble: (error) => said.push(error.message),
    now: Date.now,
    intervalMs: 1,
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
