import type { Edit } from '../model/drift.ts';
import { autoDetected, keyOf, type Entry } from '../model/entry.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView } from '../model/view.ts';
import { driftKey } from './key.ts';

/**
 * Returns the edits for a session that is gone. A mode that the user wrote is kept.
 * @param at when the observation began that did not find it: a session that gets its name later was made later. ms
 * since 1970
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

/** Returns the key of an entry's death, told alone or with others: an undo of either holds both back. */
export function deathKey({ entry, memory }: EntryView, registryPath: string): string {
  const seen = memory?.seen ?? null;
  const incarnation = seen === null ? [] : [seen.socket, seen.serverPid, seen.serverStart, seen.sessionId];
  return driftKey(registryPath, 'session-gone', entry, incarnation);
}

/** Returns the text of `terminated_at`; `null`: there is none. */
export function writtenTermination({ terminatedAt, vagueTermination }: Entry): string | null {
  return terminatedAt === null ? (vagueTermination?.text ?? null) : isoSeconds(terminatedAt);
}
