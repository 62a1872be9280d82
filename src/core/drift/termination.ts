import type { Edit } from '../model/drift.ts';
import { autoDetected, keyOf, type Entry } from '../model/entry.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView } from '../model/view.ts';
import { driftKey } from './key.ts';

/**
 * What is written when a session is gone. A mode that a person wrote is kept.
 * @param at when the look began that did not find it: whatever bears its name later was made later. ms since 1970
 */
export function terminationEdits(entry: Entry, at: number): readonly Edit[] {
  const key = keyOf(entry);
  const was = writtenTermination(entry);
  const edits: Edit[] = [
    { op: 'set', entry: key, path: ['status'], from: entry.status, to: 'terminated' },
    { op: 'set', entry: key, path: ['terminated_at'], from: was, to: isoSeconds(at) },
  ];
  if (entry.terminationMode === null) {
    edits.push({ op: 'set', entry: key, path: ['termination_mode'], from: null, to: autoDetected });
  }
  return edits;
}

/** What an entry's death is about, be it told alone or with others: an undo of either holds both. */
export function deathKey({ entry, memory }: EntryView, registryPath: string): string {
  const seen = memory?.seen ?? null;
  const incarnation = seen === null ? [] : [seen.socket, seen.serverPid, seen.serverStart, seen.sessionId];
  return driftKey(registryPath, 'session-gone', entry, incarnation);
}

/** What stands in `terminated_at`; `null`: nothing. */
export function writtenTermination({ terminatedAt, vagueTermination }: Entry): string | null {
  return terminatedAt === null ? (vagueTermination?.text ?? null) : isoSeconds(terminatedAt);
}
