import { accessSync, constants, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import type { Unreadable } from '../core/model/evidence.ts';
import { readRegular } from './read-regular.ts';
import { absentOr } from './absent-or-blind.ts';
import { codeOf } from './errno.ts';

type Hides = Unreadable['hides'];

/** Marks a path that may hold the file of any conversation. */
export const anyConversation: Hides = { kind: 'conversations', id: null };

/** Marks a path that may name the conversation of any process. */
export const anyRecord: Hides = { kind: 'records', pid: null };

/** Something is there and cannot be read: it is in the list of unreadable paths, with its cure. */
export type Hidden = 'unreadable';

/**
 * Reads an agent's files in one pass. One bad path never blinds the rest: it goes into a list, with what it could hold.
 * `null` means that nothing is at the path.
 */
export interface FileReads {
  stat(path: string, hides: Hides): Stats | null | Hidden;
  /** Returns the `stat` of a file that can be read: another user's file, a pipe or a folder cannot. */
  file(path: string, hides: Hides): Stats | null | Hidden;
  names(folder: string, hides: Hides): readonly string[] | null | Hidden;
  /** Returns the text of a regular file of at most 1 MB. */
  text(path: string, hides: Hides, stat: Stats): string | null | Hidden;
  note(path: string, hides: Hides, cause: unknown): Hidden;
  unreadable(): readonly Unreadable[];
}

export function makeFileReads(): FileReads {
  const found = new Map<string, Unreadable>();
  const note = (path: string, hides: Hides, cause: unknown): Hidden => {
    if (!found.has(path)) found.set(path, { path, hides, ...wordsFor(path, cause) });
    return 'unreadable';
  };
  const attempt = <Answer>(path: string, hides: Hides, read: () => Answer): Answer | null | Hidden => {
    try {
      return read();
    } catch (error) {
      try {
        absentOr(error);
      } catch {
        return note(path, hides, error);
      }
      return isLink(path) ? note(path, hides, dangling) : null;
    }
  };
  const stat = (path: string, hides: Hides) =>
    attempt(path, hides, () => {
      const there = statSync(path, { throwIfNoEntry: false });
      if (there !== undefined) return there;
      return isLink(path) ? note(path, hides, dangling) : null;
    });
  return {
    stat,
    file: (path, hides) => {
      const there = stat(path, hides);
      if (there === null || there === 'unreadable') return there;
      if (!there.isFile()) return note(path, hides, noFile);
      return isOurs(there) ? there : attempt(path, hides, () => (accessSync(path, constants.R_OK), there));
    },
    names: (folder, hides) => attempt(folder, hides, () => listOf(folder) ?? note(folder, hides, noFolder)),
    text: (path, hides, there) => attempt(path, hides, () => readRegular(path, there) ?? note(path, hides, noFile)),
    note,
    unreadable: () => [...found.values()],
  };
}

/** The cause to note for a path that an agent of another version keeps in another way: it says nothing. */
export const unknownLayout = Symbol('a layout that is not known');

const dangling = Symbol('a link to what is not there');
const noFile = Symbol('something else than a file');
const noFolder = Symbol('something else than a folder');

/** Lists a folder; `null` if something else is in its place. */
function listOf(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) return null;
    throw error;
  }
}

/** To ask for it takes as long as to look at a file. */
const user = process.geteuid?.();

/** Decides whether a file can be read: for the owner only the owner's bit counts, and root can read all. */
function isOurs({ uid, mode }: Stats): boolean {
  return user === 0 || (uid === user && (mode & constants.S_IRUSR) !== 0);
}

/** Decides whether an absent path is a link whose target is away: it hides what lies behind it. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

function wordsFor(path: string, cause: unknown): Pick<Unreadable, 'reason' | 'cure'> {
  if (cause === noFile) return { reason: 'is no regular file', cure: `move ${path} away` };
  if (cause === noFolder) return { reason: 'is no folder', cure: `move ${path} away, and bring the folder back` };
  if (cause === dangling) {
    const cure = `bring back the disk to which ${path} leads, or remove the link`;
    return { reason: 'is a link to what is not there', cure };
  }
  if (cause === unknownLayout) {
    const cure = 'name the right folder in the config, or report it with the version of the agent';
    return { reason: 'is not kept as known versions keep it', cure };
  }
  const code = codeOf(cause) || String(cause);
  if (code === 'ELOOP') return { reason: 'is a link that leads back to itself', cure: `remove the link ${path}` };
  if (code === 'EACCES' || code === 'EPERM') {
    return { reason: `may not be read (${code})`, cure: `give ${path} to the user who runs this, or move it away` };
  }
  return { reason: `cannot be read (${code})`, cure: `bring back the disk on which ${path} lies, or move it away` };
}
