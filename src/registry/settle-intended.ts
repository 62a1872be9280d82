import { entryId } from '../core/model/entry.ts';
import type { Event, Log, NewEvent } from '../log/log.ts';
import { isAlive } from '../system/process-identity.ts';
import type { Readable, RegistryFile } from './registry-file.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/** Writes of this process that are under way, by the id of their `intended` event. */
export const inFlight = new Set<string>();

/**
 * Ends every `intended` event whose writer died before the end: the file itself tells whether the rename happened. One
 * rename wrote all edits, so one entry with its new text proves it: later edits of the others do not hide it.
 */
export async function settleIntended(log: Log, registryFile: RegistryFile, read: Readable): Promise<void> {
  const orphans = await orphansIn(log);
  if (orphans.length === 0) return;
  await log.append((await Promise.all(orphans.map((intended) => endOf(intended, registryFile, read)))).flat());
}

/** Returns writes that began and never ended, and whose writer is dead. */
export async function orphansIn(log: Log): Promise<readonly Intended[]> {
  return (await log.unsettled()).filter((event) => event.kind === 'intended').filter(writerIsGone);
}

function writerIsGone(intended: Intended): boolean {
  return intended.by.pid === process.pid ? !inFlight.has(intended.event) : !isAlive(intended.by);
}

async function endOf(intended: Intended, registryFile: RegistryFile, read: Readable): Promise<readonly NewEvent[]> {
  return (await wasWritten(intended, registryFile, read))
    ? [...(intended.undone ?? []), { kind: 'applied', of: intended.event }]
    : [{ kind: 'dropped', of: intended.event, reason: 'the writer died before the swap' }];
}

async function wasWritten(intended: Intended, file: RegistryFile, read: Readable): Promise<boolean> {
  const { hash } = read.registry;
  if (hash === intended.before || read.kind === 'absent') return false;
  if (hash === intended.after) return true;
  return intended.undone === undefined ? file.holds(read.text, intended.edits) : holdsUndo(intended.undone, read);
}

/** Decides whether some entry is as the undo left it; an entry that the undo removed must be absent. */
function holdsUndo(undone: NonNullable<Intended['undone']>, { registry }: Readable): boolean {
  const hashes = new Map(registry.entries.map((entry) => [entryId(entry), entry.textHash]));
  return undone.some((one) => (hashes.get(one.entryId) ?? null) === one.textHash);
}
