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
 * @param withdraw removes what is left of a job that was to be named
 */
export async function settleIntended(
  log: Log,
  registryFile: RegistryFile,
  read: Readable,
  withdraw: (job: string) => Promise<void>,
): Promise<void> {
  for (const intended of await orphansIn(log)) {
    const isWritten = await wasWritten(intended, registryFile, read);
    // Before the end is logged: after a kill in between it is done again.
    if (!isWritten && intended.submitted !== undefined) await withdraw(intended.submitted.job);
    await log.append(endOf(intended, isWritten));
  }
}

/** Returns writes that began and never ended, and whose writer is dead. */
export async function orphansIn(log: Log): Promise<readonly Intended[]> {
  return (await log.unsettled()).filter((event) => event.kind === 'intended').filter(writerIsGone);
}

function writerIsGone(intended: Intended): boolean {
  return intended.by.pid === process.pid ? !inFlight.has(intended.event) : !isAlive(intended.by);
}

function endOf(intended: Intended, isWritten: boolean): readonly NewEvent[] {
  return isWritten
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
