import type { Edit } from '../drift.ts';
import type { Entry } from '../entry.ts';
import { isoSeconds } from '../time.ts';
import type { EntryView } from '../view.ts';
import { driftKey } from './key.ts';

/** What is written when a session is gone. A mode that a person wrote is kept. */
export function terminationEdits(entry: Entry, now: number): readonly Edit[] {
  const key = { session: entry.session, socket: entry.socket };
  const was = entry.terminatedAt === null ? null : isoSeconds(entry.terminatedAt);
  const edits: Edit[] = [
    { op: 'set', entry: key, path: ['status'], from: entry.status, to: 'terminated' },
    { op: 'set', entry: key, path: ['terminated_at'], from: was, to: isoSeconds(now) },
  ];
  if (entry.terminationMode === null) {
    edits.push({ op: 'set', entry: key, path: ['termination_mode'], from: null, to: 'auto-detected' });
  }
  return edits;
}

/** What an entry's death is about, be it told alone or with others: an undo of either holds both. */
export function deathKey({ entry, memory }: EntryView, registryPath: string): string {
  const seen = memory?.seen ?? null;
  const incarnation = seen === null ? [] : [seen.socket, seen.serverPid, seen.serverStart, seen.sessionId];
  return driftKey(registryPath, 'session-gone', entry, incarnation);
}
