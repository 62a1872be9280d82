import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { hashOf } from '../../system/hash.ts';
import { AudienceError, exitCode } from '../../errors.ts';
import { codeOf, saysAbsent } from '../../system/errno.ts';
import { obstacleTo, standsAt, type Obstacle } from '../../system/obstacle.ts';
import { replaceFile, sweepTemporaries } from '../../system/replace-file.ts';

/** The changes of a folder that is shipped: the skill's, the plugin's. Paths are relative to it. */
export interface FilePlan {
  readonly folder: string;
  readonly write: ReadonlyMap<string, Buffer>;
  readonly remove: readonly string[];
  /** Files of the user: neither installed by `setup` nor shipped. */
  readonly left: readonly string[];
  /** Hashes of the files that belong to `setup` afterwards. */
  readonly ours: Readonly<Record<string, string>>;
}

/**
 * Looks whether the files can stand in that folder: setting them up again would not help.
 * @throws AudienceError if a file is in the way of a folder, or a folder in that of a file
 */
export function assertRoom(shipped: ReadonlyMap<string, Buffer>, folder: string): void {
  for (const name of shipped.keys()) {
    const obstacle = inTheWayOf(join(folder, name));
    if (obstacle === null) continue;
    throw new AudienceError(exitCode.registry, `nothing was written: ${obstacle.message}`, {
      where: obstacle.path,
      cure: `${obstacle.cure}, then run this again`,
    });
  }
}

/** Returns why no file can be written at that path, as far as that is seen; `null`: nothing is in the way. */
export function inTheWayOf(path: string): Obstacle | null {
  if (standsAt(path) !== 'folder') return obstacleTo(dirname(path));
  return { path, message: 'a folder is where a file belongs', cure: 'move it away' };
}

/**
 * Plans the changes of the folder.
 * @param shipped its files as they are shipped
 * @param recorded hashes of the files that were installed last
 * @throws AudienceError if one of them cannot be read: it may be of the user
 */
export async function planFiles(
  shipped: ReadonlyMap<string, Buffer>,
  folder: string,
  recorded: Readonly<Record<string, string>>,
  goal: 'install' | 'uninstall',
): Promise<FilePlan> {
  const nothing = { folder, write: new Map<string, Buffer>(), remove: [], left: [], ours: {} };
  // A write through a link would change the user's own copy.
  const isLink = await lstat(folder).then(
    (found) => !found.isDirectory(),
    () => false,
  );
  if (isLink) return { ...nothing, left: ['.'] };
  const write = new Map<string, Buffer>();
  const remove: string[] = [];
  const left: string[] = [];
  const ours: Record<string, string> = {};
  for (const name of new Set([...shipped.keys(), ...Object.keys(recorded)])) {
    const text = shipped.get(name);
    const hash = text === undefined ? null : hashOf(text);
    const now = await hashAt(join(folder, name));
    if (now !== null && now !== hash && now !== recorded[name]) left.push(name);
    else if (goal === 'install' && text !== undefined) {
      ours[name] = hashOf(text);
      if (now !== hash) write.set(name, text);
    } else if (now !== null) remove.push(name);
  }
  return { folder, write, remove, left, ours };
}

/** Reads the files as they are shipped, by paths in their folder. */
export async function readShipped(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((item) => item.isFile());
  const paths = files.map((item) => join(item.parentPath, item.name)).toSorted();
  const texts = await Promise.all(paths.map((path) => readFile(path)));
  return new Map(texts.map((text, index) => [relative(folder, paths[index] ?? ''), text]));
}

/**
 * Returns the names of the folders that `setup` made, with the one above this folder if it is not there yet; without it
 * once it goes.
 */
export function madeAbove(made: readonly string[], folder: string, goal: 'install' | 'uninstall'): readonly string[] {
  const above = basename(dirname(folder));
  if (goal === 'uninstall') return made.filter((name) => name !== above);
  return existsSync(dirname(folder)) ? made : [...made, above];
}

/** @param made names of the folders that `setup` made: the one above goes with the last file */
export async function applyFiles({ folder, write, remove }: FilePlan, made: readonly string[]): Promise<void> {
  for (const [name, text] of write) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    // A part of it would count as the user's own at the next run.
    replaceFile(path, text);
  }
  for (const name of remove) {
    sweepTemporaries(dirname(join(folder, name)));
    await unlink(join(folder, name));
  }
  const folders = new Set(remove.flatMap((name) => foldersAbove(name)));
  const deepestFirst = [...folders].toSorted((one, other) => other.length - one.length);
  // A folder that holds files of the user stays.
  if (remove.length > 0 && made.includes(basename(dirname(folder)))) deepestFirst.push('..');
  for (const name of deepestFirst) await rmdir(join(folder, name)).catch(() => undefined);
}

/** Returns the folders above a path: `a/b/c` lies in `a/b`, `a` and the folder itself. */
function foldersAbove(name: string): readonly string[] {
  const above = dirname(name);
  return above === '.' ? [''] : [above, ...foldersAbove(above)];
}

/** Hashes a file; `null`: nothing is there. Anything but a plain file has a hash that matches none. */
async function hashAt(path: string): Promise<string | null> {
  try {
    return (await lstat(path)).isFile() ? hashOf(await readFile(path)) : 'no file';
  } catch (cause) {
    if (saysAbsent(cause)) return null;
    throw new AudienceError(exitCode.registry, `nothing was written: a file cannot be read (${codeOf(cause)})`, {
      where: path,
      cure: 'make it and its folder readable, then run this again',
      cause,
    });
  }
}
