import { unknownName } from '../../system/unknown-name.ts';
import type { Context } from '../context.ts';

/**
 * Throws for an unknown session.
 * @param named the sessions that the history names
 * @throws UsageError for a session that neither the history nor the registry knows
 */
export async function assertKnown(session: string, named: readonly string[], context: Context): Promise<void> {
  if (named.includes(session)) return;
  const read = await context.registryFile().read({ knowsEntries: false, ours: new Set(), mayCache: false });
  const registered = read.kind === 'unreadable' ? [] : read.registry.entries.map((entry) => entry.session);
  if (registered.includes(session)) return;
  throw unknownName('session', session, [...registered, ...named], '`asm status` shows the sessions there are');
}
