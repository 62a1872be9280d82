import { expect, test } from 'vitest';
import { served } from '../fake-server.ts';

test('says that monitoring is alive, or the words that were given', async () => {
  const { call } = served();
  expect(await call('heartbeat')).toMatch(/^alive, 0 drifts detected, last at never/);
  await call('reconcile');
  expect(await call('heartbeat')).toMatch(/^alive, 0 drifts detected, last at never · last pass 2026-07-01T09:00:30Z/);
  expect(await call('heartbeat', { note: 'waiting for the user \u001b' })).toBe('waiting for the user \\x1b');
});
