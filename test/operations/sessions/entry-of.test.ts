import { expect, test } from 'vitest';
import { emptyLedger } from '../../../src/core/model/memory.ts';
import type { Log } from '../../../src/log/log.ts';
import { entryOf } from '../../../src/operations/sessions/entry-of.ts';
import { scratchRegistry } from '../../registry/scratch-registry.ts';

test('where an entry stands twice, the one that the monitor registered is named', async () => {
  const own = 'last_visible_status: auto-registered';
  const { file } = await scratchRegistry(
    `sessions:\n  shop:\n    status: running\n  shop:\n    status: running\n    ${own}\n`,
  );
  const logOf = (...registered: readonly string[]) =>
    ({ ledger: async () => ({ ...emptyLedger, registered: new Set(registered) }) }) as Partial<Log> as Log;
  await expect(entryOf(logOf('shop'), file.read, 'shop')).rejects.toMatchObject({ cure: 'delete the entry in line 4' });
  await expect(entryOf(logOf(), file.read, 'shop')).rejects.toMatchObject({
    cure: 'keep one of the two, or give them different tmux_socket in a list',
  });
});
