import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { looksLikeAgy } from '../core/identity/agent-process.ts';
import type { AgyLook, Artifact, Process, Seen } from '../core/observation.ts';
import { namesIn, statOf } from './agent-files.ts';
import type { AgentAsk } from './claude.ts';

/** Reads Antigravity CLI's files: takes no lock, opens no database, no log, no token. */
export function makeAgyReader(options: { readonly root: string }) {
  const { root } = options;
  return async (ask: AgentAsk): Promise<{ seen: Seen<AgyLook>; bytesRead: number }> => {
    const agents = ask.processes.filter(looksLikeAgy);
    try {
      if (statOf(root) === null || (agents.length === 0 && ask.ids.length === 0)) return nothing(root, ask.ids);
      const presence = agents.length === 0 ? new Map<string, readonly number[]>() : readPresence(root, ask.processes);
      const last = agents.length === 0 ? { conversations: new Map<string, string>(), bytes: 0 } : readLast(root);
      const ids = new Set([...ask.ids, ...presence.keys(), ...last.conversations.values()]);
      const artifacts = new Map([...ids].map((id) => [id, artifactOf(root, id)] as const));
      const known = { root, exists, presence, lastConversations: last.conversations, artifacts };
      return { seen: { known }, bytesRead: last.bytes };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return {
        seen: { blind: reason, cure: "make Antigravity's folder readable, or name it in agy.root" },
        bytesRead: 0,
      };
    }
  };
}

/** Which living process holds the lock of which conversation, by the kernel's own list of locks. */
function readPresence(root: string, processes: readonly Process[]): ReadonlyMap<string, readonly number[]> {
  const held = locksByInode(processes);
  const presence = new Map<string, readonly number[]>();
  for (const name of names(join(root, 'presence'))) {
    if (!name.endsWith('.lock')) continue;
    const stat = statSync(join(root, 'presence', name), { throwIfNoEntry: false });
    const holders = stat === undefined ? [] : (held.get(String(stat.ino)) ?? []);
    if (holders.length > 0) presence.set(name.slice(0, -'.lock'.length), [...new Set(holders)]);
  }
  return presence;
}

/** `1: FLOCK  ADVISORY  WRITE 4242 08:01:131090 0 EOF`: only the inode is compared, device numbers differ on btrfs. */
function locksByInode(processes: readonly Process[]): ReadonlyMap<string, readonly number[]> {
  const holders = new Map<string, number[]>();
  const add = (inode: string, pid: number): void => void holders.set(inode, [...(holders.get(inode) ?? []), pid]);
  const line = /FLOCK\s+\S+\s+WRITE\s+(-?\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/g;
  const locks = readText('/proc/locks');
  for (const [, pid, inode] of locks.matchAll(line)) {
    if (pid !== undefined && inode !== undefined && isLiving(Number(pid))) add(inode, Number(pid));
  }
  // A shell's `exec 9>lock; flock 9` leaves the pid of a `flock` that is gone: the open file tells who has it.
  for (const { pid } of processes) {
    for (const descriptor of names(`/proc/${pid}/fdinfo`)) {
      const info = readText(`/proc/${pid}/fdinfo/${descriptor}`);
      for (const [, , inode] of info.matchAll(line)) if (inode !== undefined) add(inode, pid);
    }
  }
  return holders;
}

function readLast(root: string): { conversations: ReadonlyMap<string, string>; bytes: number } {
  const text = readText(join(root, 'cache/last_conversations.json'));
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const conversations = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return { conversations: new Map(conversations), bytes: text.length };
  } catch {
    return { conversations: new Map(), bytes: text.length };
  }
}

function artifactOf(root: string, id: string): Artifact | null {
  if (id.includes('/')) return null;
  for (const ending of ['.db', '.pb']) {
    const path = join(root, 'conversations', `${id}${ending}`);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    // In WAL mode what is new stands beside the database first.
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    return { path, size: stat.size, mtime: Math.max(stat.mtimeMs, wal?.mtimeMs ?? 0) };
  }
  return null;
}

function isLiving(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false }) !== undefined;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EACCES' || code === 'EPERM') throw error;
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
