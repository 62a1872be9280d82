import { join } from 'node:path';
import { idKey, isId } from '../../core/model/conversation-id.ts';
import type { Artifact, Artifacts } from '../../core/model/evidence.ts';
import { once } from '../../core/model/once.ts';
import { anyConversation, type FileReads } from '../../system/file-reads.ts';

/** The names of a folder count as complete only if it did not change just before they were read; ms. */
const settledMs = 2000;
const dayMs = 86_400_000;

/** The names of rollouts by the ids of their conversations, in small letters. */
type Names = ReadonlyMap<string, string> | 'unreadable';

/**
 * Finds the rollouts of conversations by their ids: in the folder of the day on which each began, or among the archived,
 * else in every folder. Codex compresses old ones (`.jsonl.zst`). No rollout is opened.
 */
export class Rollouts {
  private readonly root: string;
  /** By folder: its names, as long as it does not change. */
  private readonly known = new Map<string, { readonly mtime: number; readonly names: ReadonlyMap<string, string> }>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * Returns each conversation's rollout; `null`: there is none. A conversation that may be under an unreadable path is
   * left out.
   */
  find(ids: readonly string[], files: FileReads): Artifacts {
    const sessions = join(this.root, 'sessions');
    const read = new Map<string, Names>();
    const namesIn = (folder: string): Names => {
      const names = read.get(folder) ?? this.namesIn(folder, files);
      read.set(folder, names);
      return names;
    };
    const days = once(() => daysIn(sessions, files));
    return new Map(
      ids.map(idKey).flatMap((id): (readonly [string, Artifact | null])[] => {
        const usual = [...usualFolders(this.root, id), join(this.root, 'archived_sessions')];
        const near = firstIn(usual, id, namesIn, files);
        if (near.file !== null) return [[id, near.file]];
        const far = firstIn(days().folders, id, namesIn, files);
        // The rollout could be in a folder that cannot be read.
        const isHidden = near.isHidden || far.isHidden || days().isHidden;
        return far.file === null && isHidden ? [] : [[id, far.file]];
      }),
    );
  }

  /** Returns the name of each conversation's rollout, by its id in small letters. */
  private namesIn(folder: string, files: FileReads): Names {
    const stat = files.stat(folder, anyConversation);
    if (stat === null) return new Map();
    if (stat === 'unreadable') return stat;
    const known = this.known.get(folder);
    if (known?.mtime === stat.mtimeMs) return known.names;
    const listed = files.names(folder, anyConversation);
    if (listed === null) return new Map();
    if (listed === 'unreadable') return listed;
    // Reversed, `.jsonl` comes last and replaces `.jsonl.zst`: if both exist, Codex still writes the plain file.
    const names = new Map(listed.toSorted().toReversed().flatMap(withId));
    if (Date.now() - stat.mtimeMs > settledMs) this.known.set(folder, { mtime: stat.mtimeMs, names });
    return names;
  }
}

interface Found {
  readonly file: Artifact | null;
  /** A folder or a file on the way cannot be read. */
  readonly isHidden: boolean;
}

function firstIn(folders: readonly string[], id: string, namesIn: (folder: string) => Names, files: FileReads): Found {
  let isHidden = false;
  for (const folder of folders) {
    const names = namesIn(folder);
    const name = names === 'unreadable' ? undefined : names.get(id);
    if (names === 'unreadable') isHidden = true;
    if (name === undefined) continue;
    const path = join(folder, name);
    const stat = files.file(path, { kind: 'conversations', id });
    if (stat !== null && stat !== 'unreadable') {
      return { file: { path, size: stat.size, mtime: stat.mtimeMs }, isHidden };
    }
    // The file cannot be read, or is just being removed.
    isHidden = true;
  }
  return { file: null, isHidden };
}

/** Lists every folder of a day: `sessions/2026/11/28`. */
function daysIn(
  sessions: string,
  files: FileReads,
): { readonly folders: readonly string[]; readonly isHidden: boolean } {
  let folders = [sessions];
  let isHidden = false;
  for (const level of [/^\d{4}$/, /^\d\d$/, /^\d\d$/]) {
    folders = folders.flatMap((folder) => {
      const names = files.names(folder, anyConversation);
      if (names === 'unreadable') isHidden = true;
      if (names === null || names === 'unreadable') return [];
      return names.filter((name) => level.test(name)).map((name) => join(folder, name));
    });
  }
  return { folders, isHidden };
}

/** Lists every rollout of a Codex' folder, the compressed ones too. */
export function allRollouts(root: string, files: FileReads): readonly { readonly id: string; readonly path: string }[] {
  return [...daysIn(join(root, 'sessions'), files).folders, join(root, 'archived_sessions')].flatMap((folder) => {
    const names = files.names(folder, anyConversation);
    if (names === null || names === 'unreadable') return [];
    return names.flatMap(withId).map(([id, name]) => ({ id, path: join(folder, name) }));
  });
}

function withId(name: string): (readonly [string, string])[] {
  const id = /^rollout-.+?-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.jsonl(\.zst)?$/i.exec(name)?.[1];
  return id === undefined ? [] : [[idKey(id), name]];
}

/**
 * Returns the possible folders of a conversation by its id, which holds when it began (UUIDv7); the folder's day
 * depends on the time zone of that time.
 */
export function usualFolders(root: string, id: string): readonly string[] {
  if (!isId(id) || id[14] !== '7') return [];
  const began = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const days = [0, -dayMs, dayMs].map((offset) => new Date(began + offset).toISOString().slice(0, 10));
  return days.map((day) => join(root, 'sessions', day.replaceAll('-', '/')));
}
