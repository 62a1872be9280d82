import { join } from 'node:path';
import { looksLikeAgy } from './agy-process.ts';
import { idKey } from '../../core/model/conversation-id.ts';
import type { Artifact, Artifacts } from '../../core/model/evidence.ts';
import type { Seen } from '../../core/model/observation.ts';
import { lockHolders } from '../../system/held-locks.ts';
import type { AgentAsk } from '../agent.ts';
import type { AgyObservation } from './observation.ts';
import {
  anyConversation,
  anyRecord,
  makeFileReads,
  unknownLayout,
  type FileReads,
  type Hidden,
} from '../../system/file-reads.ts';
import { statOrNull } from '../../system/if-readable.ts';

export type AgyAsk = Pick<AgentAsk, 'ids' | 'processes'>;

/** Makes the reader of Antigravity CLI's files: it takes no lock, and opens no database, no log and no token. */
export function makeAgyReader(options: { readonly root: string }) {
  const { root } = options;
  return async (ask: AgyAsk): Promise<{ seen: Seen<AgyObservation>; bytesRead: number }> => {
    const agents = ask.processes.filter(looksLikeAgy);
    const files = makeFileReads();
    const folder = files.names(root, anyConversation);
    if (folder === 'unreadable') return { seen: rootBlind(files), bytesRead: 0 };
    const exists = folder !== null;
    const isUsed = exists && agents.length > 0;
    const isAsked = (id: string): boolean => isUsed || ask.ids.some((one) => idKey(one) === idKey(id));
    const presence = exists ? readPresence(root, ask, isAsked, files) : new Map<string, readonly number[]>();
    const ids = new Set([...ask.ids, ...presence.keys()]);
    const artifacts = exists
      ? artifactsOf(root, [...ids], ask.ids.length > 0, files)
      : new Map([...ids].map((id) => [idKey(id), null]));
    const known = {
      root,
      exists,
      presence,
      artifacts,
      unreadable: files.unreadable(),
    };
    return { seen: { known }, bytesRead: 0 };
  };
}

function rootBlind(files: FileReads): { readonly blind: string; readonly cure: string } {
  const [{ path = '', reason = '', cure = '' } = {}] = files.unreadable();
  return { blind: `${path} ${reason}`, cure: `${cure}, or name another folder in agy.root` };
}

/**
 * Finds which living process holds the lock of which conversation, by the kernel's own list of locks: for all
 * conversations while an agy is in a pane, else for the wanted ones, which may go on in another terminal.
 */
function readPresence(
  root: string,
  { ids, processes }: AgyAsk,
  isAsked: (id: string) => boolean,
  files: FileReads,
): ReadonlyMap<string, readonly number[]> {
  const presence = new Map<string, readonly number[]>();
  if (ids.length === 0 && !processes.some(looksLikeAgy)) return presence;
  const held = lockHolders(processes);
  const names = files.names(join(root, 'presence'), anyRecord);
  if (names === null || names === 'unreadable') return presence;
  for (const name of names) {
    if (!name.endsWith(lockEnding) || !isAsked(name.slice(0, -lockEnding.length))) continue;
    const stat = files.stat(join(root, 'presence', name), anyRecord);
    if (stat === null || stat === 'unreadable') continue;
    const holders = held.get(String(stat.ino)) ?? [];
    if (holders.length > 0) presence.set(name.slice(0, -lockEnding.length), holders);
  }
  return presence;
}

const lockEnding = '.lock';

/**
 * Finds the files of conversations. Folders and endings differ by version: another layout is no proof of absence.
 * @param isRecorded one of the ids is known from elsewhere than a lock, so there must have been a folder for it
 */
function artifactsOf(root: string, ids: readonly string[], isRecorded: boolean, files: FileReads): Artifacts {
  const folder = join(root, 'conversations');
  const absent = (): [] | Hidden => (isRecorded ? files.note(folder, anyConversation, unknownLayout) : []);
  const names = files.names(folder, anyConversation) ?? absent();
  if (names === 'unreadable') return new Map();
  const listed = new Map(names.map((name) => [idKey(name), join(folder, name)]));
  return new Map(
    ids.map(idKey).flatMap((id): [string, Artifact | null][] => {
      const paths = ['.db', '.pb'].flatMap((ending) => listed.get(`${id}${ending}`) ?? []);
      const found = paths.flatMap((path) => artifactAt(path, id, files) ?? [])[0];
      if (found !== undefined) return [[id, found]];
      // The file cannot be read, or is just being removed.
      if (paths.length > 0) return [];
      const other = names.find((name) => idKey(stemOf(name)) === id && !isBeside(name));
      if (other === undefined) return [[id, null]];
      files.note(join(folder, other), { kind: 'conversations', id }, unknownLayout);
      return [];
    }),
  );
}

function stemOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

/** Decides whether a file only lies beside a database, and may be left behind when that is removed. */
function isBeside(name: string): boolean {
  return /-(wal|shm|journal)$/.test(name);
}

function artifactAt(path: string, id: string, files: FileReads): Artifact | null {
  const stat = files.file(path, { kind: 'conversations', id });
  if (stat === null || stat === 'unreadable') return null;
  // In WAL mode new content is in the file beside the database first.
  const wal = statOrNull(`${path}-wal`);
  return { path, size: stat.size, mtime: Math.max(stat.mtimeMs, wal?.mtimeMs ?? 0) };
}
