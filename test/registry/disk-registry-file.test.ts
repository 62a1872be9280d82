import { writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { takeFlock } from '../../src/system/flock.ts';
import { scratchRegistry } from './scratch-registry.ts';

test('a process that must end just as it has the lock to read gives the lock back', async () => {
  const ending = new AbortController();
  const { file, path } = await scratchRegistry('sessions: {', false, ending.signal);
  const lock = `${path}.lock`;
  writeFileSync(lock, '');
  // The first question comes before the lock is taken. By the next one the process must end.
  vi.spyOn(ending.signal, 'throwIfAborted')
    .mockImplementationOnce(() => undefined)
    .mockImplementation(() => {
      throw new DOMException('it ends', 'AbortError');
    });
  await file.read({ knowsEntries: false, registered: new Set(), mayCache: false }).catch(() => null);
  expect(await takeFlock(lock, 0o600)).toMatchObject({ kind: 'held' });
});
