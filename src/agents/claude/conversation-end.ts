import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isId } from '../../core/model/conversation-id.ts';
import type { ConversationEnd } from '../../core/model/evidence.ts';
import { fileKey, textAt, withRegular } from '../../system/read-regular.ts';
import { encodedFolder, longestFolder } from './project-folder.ts';
import { chunkBytes, parseLine } from './transcript.ts';

export interface EndReader {
  /** Reads the end of a conversation; `null`: the file is gone by now, or cannot be read. */
  read(path: string): ConversationEnd | null;
  bytesRead(): number;
}

/**
 * Makes a reader of where conversations go on. It reads the last and the first 64 KiB of each file, again only when it
 * has changed.
 */
export function makeEndReader(): EndReader {
  const kept = new Map<string, { readonly key: string; readonly end: ConversationEnd }>();
  let bytes = 0;
  const chunk = (file: number, from: number): string => {
    const got = textAt(file, from, chunkBytes);
    bytes += got.bytes;
    return got.text;
  };
  const read = (path: string): ConversationEnd | null => {
    const stat = statSync(path);
    const key = fileKey(stat);
    const known = kept.get(path);
    if (known?.key === key) return known.end;
    const end = withRegular(path, stat, (file, size) => {
      const tail = linesOf(chunk(file, Math.max(0, size - chunkBytes))).toReversed();
      const folder = basename(dirname(path));
      const continuedIn = continuationIn(tail);
      const last = folderIn(tail, folder);
      if (last.isItsFolder) return { cwd: last.cwd, continuedIn };
      const first = folderIn(linesOf(chunk(file, 0)), folder);
      return { cwd: first.isItsFolder ? first.cwd : (last.cwd ?? first.cwd), continuedIn };
    });
    if (end !== null) kept.set(path, { key, end });
    return end;
  };
  return {
    bytesRead: () => bytes,
    read: (path) => {
      try {
        return read(path);
      } catch {
        return null;
      }
    },
  };
}

type Line = NonNullable<ReturnType<typeof parseLine>>;

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .map(parseLine)
    .filter((line) => line !== null);
}

/**
 * Finds the conversation in which this one goes on. With later messages it was resumed here again.
 * @param lines the last first
 */
function continuationIn(lines: readonly Line[]): string | null {
  const line = lines.find(({ type }) => type === 'continued-in' || type === 'user' || type === 'assistant');
  const id = line?.['type'] === 'continued-in' ? textIn(line, 'continuedInSessionId') : null;
  return id !== null && isId(id) ? id : null;
}

/**
 * Finds the folder to which the conversation belongs. A line's `cwd` follows a `cd` of the agent's shell, but the file
 * stays where it is: so the `cwd` counts, or the folder above it, from which the name of the file's folder is made.
 */
function folderIn(
  lines: readonly Line[],
  project: string,
): { readonly cwd: string | null; readonly isItsFolder: boolean } {
  let any: string | null = null;
  for (const line of lines) {
    for (const cwd of cwdsOf(line)) {
      any ??= cwd;
      const own = withParents(cwd).find((folder) => isEncodedAs(project, folder));
      if (own !== undefined) return { cwd: own, isItsFolder: true };
    }
  }
  return { cwd: any, isItsFolder: false };
}

/**
 * Returns the folders that a line names: `/cd` and worktrees leave a line; all other lines name the folder of the
 * agent's shell.
 */
function cwdsOf(line: Line): readonly string[] {
  const { worktreeSession } = line;
  const worktree =
    typeof worktreeSession === 'object' && worktreeSession !== null && 'worktreePath' in worktreeSession
      ? worktreeSession.worktreePath
      : null;
  return [textIn(line, 'relocatedCwd'), worktree, textIn(line, 'cwd')].filter((one) => typeof one === 'string');
}

function textIn(line: Line, key: string): string | null {
  const value = line[key];
  return typeof value === 'string' ? value : null;
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

function isEncodedAs(project: string, folder: string): boolean {
  const encoded = encodedFolder(folder);
  return encoded.length < longestFolder ? project === encoded : project.startsWith(encoded);
}
