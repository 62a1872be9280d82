import { expect, test } from 'vitest';
import { checkTriggers } from '../../../src/operations/doctor/check-triggers.ts';
import { fakeContext, reportWith } from '../fake-context.ts';

test('that the folder of reports is watched is not said as if agents reported', async () => {
  const trigger = { name: 'reports', start: () => undefined, state: () => ({ on: true as const }) };
  const { context } = fakeContext({});
  const triggers = () => ({ all: [trigger], start: () => undefined, follow: () => undefined });
  const [first] = await checkTriggers({ ...context, triggers }, reportWith({}));
  expect(first).toMatchObject({ id: 'trigger', ok: true, message: 'report folder: watched' });
});
