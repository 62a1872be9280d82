import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { looksLikeAgy } from '../core/agent/agy.ts';
import type { AgyLook, Artifact, Process, Seen } from '../core/observation.ts';
import { namesIn, statOf } from './absent-or-blind.ts';
import type { AgentAsk } from './claude.ts';

/** Reads Antigravity CLI's files: takes no lock, opens no database, no log, no token. */
export function makeAgyReader(options: { readonly root: string }) {
  const { root } = options;
  return async (ask: AgentAsk): Promise<{ seen: Seen<AgyLook>; bytesRead: number }> => {
    const agents = ask.processes.filter(looksLikeAgy);
    try {
      const exists = statOf(root)?.isDirectory() === true;
      const isUsed = exists && agents.length > 0;
      const presence = isUsed ? readPresence(root, ask.processes) : new Map<string, readonly number[]>();
      const last = isUsed ? readLast(root) : { conversations: new Map<string, string>(), bytes: 0 };
      const ids = new Set([...ask.ids, ...presence.keys(), ...last.conversations.values()]);
      const artifacts = new Map([...ids].map((id) => [id, exists ? artifactOf(root, id) : null] as const));
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
  for (const name of namesIn(join(root, 'presence')) ?? []) {
    if (!name.endsWith('.lock')) continue;
    const stat = statOf(join(root, 'presence', name));
    const holders = stat === null ? [] : (held.get(String(stat.ino)) ?? []);
    if (holders.length > 0) presence.set(name.slice(0, -'.lock'.length), [...new Set(holders)]);
  }
  return presence;
}

/**
 * `1: FLOCK  ADVISORY  WRITE 4242 08:01:131090 0 EOF`; who only waits for it stands behind `1: ->`. Only the inode is
 * compared: device numbers differ on btrfs.
 */
function locksByInode(processes: readonly Process[]): ReadonlyMap<string, readonly number[]> {
  const holders = new Map<string, number[]>();
  const add = (inode: string, pid: number): void => void holders.set(inode, [...(holders.get(inode) ?? []), pid]);
  const line = /\d: FLOCK\s+\S+\s+WRITE\s+(-?\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/g;
  const locks = readText('/proc/locks');
  for (const [, pid, inode] of locks.matchAll(line)) {
    if (pid !== undefined && inode !== undefined && isLiving(Number(pid))) add(inode, Number(pid));
  }
  // A shell's `exec 9>lock; flock 9` leaves the pid of a `flock` that is gone: the open file tells who has it.
  for (const { pid } of processes) {
    for (const descriptor of descriptorsOf(pid)) {
      const info = readText(`/proc/${pid}/fdinfo/${descriptor}`);
      for (const [, , inode] of info.matchAll(line)) if (inode !== undefined) add(inode, pid);
    }
  }
  return holders;
}

function readLast(root: string): { conversations: ReadonlyMap<string, string>; bytes: number } {
  const text = readText(join(root, 'cache/last_conversations.json'));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const conversations = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { conversations: byRealPath(conversations), bytes: Buffer.byteLength(text) };
}

/**
 * By the names in the file and by what they lead to: it holds `$PWD`, and a process tells its folder without links. Of
 * one folder under two names with two conversations neither is provably the last.
 */
function byRealPath(conversations: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const byPath = new Map(conversations);
  const undecided = new Set<string>();
  for (const [path, id] of conversations) {
    const real = realPath(path);
    if ((byPath.get(real) ?? id) !== id) undecided.add(real);
    else byPath.set(real, id);
  }
  for (const path of undecided) byPath.delete(path);
  return byPath;
}

function artifactOf(root: string, id: string): Artifact | null {
  if (id.includes('/')) return null;
  for (const ending of ['.db', '.pb']) {
    const path = join(root, 'conversations', `${id}${ending}`);
    const stat = statOf(path);
    if (stat === null) continue;
    // In WAL mode what is new stands beside the database first.
    const wal = statOf(`${path}-wal`);
    return { path, size: stat.size, mtime: Math.max(stat.mtimeMs, wal?.mtimeMs ?? 0) };
  }
  return null;
}

function isLiving(pid: number): boolean {
  return statOf(`/proc/${pid}`) !== null;
}

/** A pane may hold processes of others, below `sudo` or `su`: what they hold is not ours to see. */
function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fdinfo`);
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
