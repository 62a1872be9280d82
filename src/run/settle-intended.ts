import type { Edit } from '../core/drift.ts';
import { entryId, type Registry } from '../core/entry.ts';
import type { Event, Log, NewEvent } from '../log/log.ts';
import { isAlive } from '../process-identity.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/**
 * Ends every `intended` whose writer died between the intent and its end: the file itself tells whether the
 * rename happened. Later edits by others do not hide it: then the entries' own texts decide.
 */
export async function settleIntended(log: Log, registry: Registry): Promise<void> {
  const orphans = (await log.unsettled()).filter((event) => event.kind === 'intended').filter(writerIsGone);
  if (orphans.length === 0) return;
  await log.append(orphans.map((intended) => endOf(intended, registry)));
}

function writerIsGone(intended: Intended): boolean {
  return !isAlive(intended.by) || intended.by.pid === process.pid;
}

function endOf(intended: Intended, registry: Registry): NewEvent {
  const applied =
    registry.hash !== intended.before && (registry.hash === intended.after || everyEditStands(intended, registry));
  return applied
    ? { kind: 'applied', of: intended.event }
    : { kind: 'dropped', of: intended.event, reason: 'the writer died before the swap' };
}

function everyEditStands(intended: Intended, registry: Registry): boolean {
  const byId = new Map(registry.entries.map((entry) => [entryId(entry), entry]));
  return intended.edits.every((edit) => standsAsWritten(edit, intended, byId.get(entryId(edit.entry))?.textHash));
}

function standsAsWritten(edit: Edit, intended: Intended, textHash: string | undefined): boolean {
  return textHash !== undefined && intended.entryHashes[entryId(edit.entry)] === textHash;
}
