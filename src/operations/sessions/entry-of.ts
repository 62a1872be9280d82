import type { Entry } from '../../core/model/entry.ts';
import { clean } from '../../core/words/text.ts';
import { RegistryError, UsageError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import type { ReadRegistry, ReadResult } from '../../registry/registry-file.ts';
import { unknownName } from '../../system/unknown-name.ts';

export interface NamedEntry {
  readonly read: Extract<ReadResult, { kind: 'read' }>;
  readonly entry: Entry;
}

/**
 * Returns the one entry of that session.
 * @throws UsageError if there is none, or more than one; RegistryError if the registry cannot be read
 */
export async function entryOf(log: Log, readRegistry: ReadRegistry, session: string): Promise<NamedEntry> {
  const { knowsEntries, registered } = await log.ledger();
  const read = await readRegistry({ knowsEntries, registered, mayCache: false });
  if (read.kind === 'unreadable') throw new RegistryError(read.message, { where: read.where, cure: read.cure });
  const [entry, other] = read.registry.entries.filter((one) => one.session === session);
  if (entry === undefined || read.kind === 'absent') {
    const names = read.registry.entries.map((one) => one.session);
    throw unknownName('session', session, names, '`asm status` shows the sessions there are');
  }
  if (other === undefined) return { read, entry };
  throw new UsageError(`${clean(session)} is the name of several entries`, {
    where: positionOf({ read, entry }),
    cure: 'rename all but one of them',
  });
}

/** Returns `path:line:column` of the entry, for messages. */
export function positionOf({ read, entry }: NamedEntry): string {
  return `${read.registry.path}:${entry.line}:${entry.column}`;
}
