import { RegistryError } from '../../errors.ts';
import { unknownName } from '../../system/unknown-name.ts';
import type { Context } from '../context.ts';

/**
 * Throws for a session that is not known.
 * @param named sessions that are known beside those of the registry
 * @throws UsageError for an unknown session; RegistryError if the registry would have to be asked and cannot be read
 */
export async function assertKnown(
  sessions: readonly string[],
  named: readonly string[],
  context: Context,
): Promise<void> {
  if (sessions.every((session) => named.includes(session))) return;
  const { knowsEntries, registered } = await context.log().ledger();
  const read = await context.registryFile().read({ knowsEntries, registered, mayCache: false });
  if (read.kind === 'unreadable') throw new RegistryError(read.message, { where: read.where, cure: read.cure });
  const known = [...read.registry.entries.map(({ session }) => session), ...named];
  const unknown = sessions.find((session) => !known.includes(session));
  if (unknown !== undefined) throw unknownName('session', unknown, known, '`asm status` shows the sessions there are');
}
