import type { Event, Log, NewEvent } from '../log/log.ts';
import { isAlive } from '../process-identity.ts';
import type { ReadResult, RegistryFile } from '../registry/registry-file.ts';

type Intended = Extract<Event, { kind: 'intended' }>;
type Read = Exclude<ReadResult, { kind: 'unreadable' }>;

/**
 * Ends every `intended` whose writer died between the intent and its end: the file itself tells whether the
 * rename happened. One rename wrote all, so one entry that stands as written tells it of all: later edits of the others
 * do not hide it.
 */
export async function settleIntended(log: Log, registryFile: RegistryFile, read: Read): Promise<void> {
  const orphans = (await log.unsettled()).filter((event) => event.kind === 'intended').filter(writerIsGone);
  if (orphans.length === 0) return;
  await log.append(await Promise.all(orphans.map((intended) => endOf(intended, registryFile, read))));
}

function writerIsGone(intended: Intended): boolean {
  return !isAlive(intended.by) || intended.by.pid === process.pid;
}

async function endOf(intended: Intended, registryFile: RegistryFile, read: Read): Promise<NewEvent> {
  return (await wasWritten(intended, registryFile, read))
    ? { kind: 'applied', of: intended.event }
    : { kind: 'dropped', of: intended.event, reason: 'the writer died before the swap' };
}

async function wasWritten({ before, after, edits }: Intended, file: RegistryFile, read: Read): Promise<boolean> {
  const { hash } = read.registry;
  if (hash === before || read.kind === 'absent') return false;
  return hash === after || file.holds(read.text, edits);
}
