import { lstat, mkdir, readdir, readFile, rmdir, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hashOf } from '../../system/hash.ts';
import { codeOf } from '../../system/errno.ts';

/** What is to become of the skill's folder; paths are relative to it. */
export interface SkillPlan {
  readonly folder: string;
  readonly write: ReadonlyMap<string, Buffer>;
  readonly remove: readonly string[];
  /** Somebody else's: neither what we installed nor what we ship. */
  readonly left: readonly string[];
  /** Hashes of the files that are ours afterwards. */
  readonly ours: Readonly<Record<string, string>>;
}

/**
 * @param shipped the skill as we ship it
 * @param recorded hashes of what we installed last
 */
export async function planSkill(
  shipped: ReadonlyMap<string, Buffer>,
  folder: string,
  recorded: Readonly<Record<string, string>>,
  goal: 'install' | 'uninstall',
): Promise<SkillPlan> {
  const nothing = { folder, write: new Map<string, Buffer>(), remove: [], left: [], ours: {} };
  // Through a link we would write into somebody's own copy.
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

/** The skill as we ship it, by paths in its folder. */
export async function readSkill(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((item) => item.isFile());
  const paths = files.map((item) => join(item.parentPath, item.name)).toSorted();
  const texts = await Promise.all(paths.map((path) => readFile(path)));
  return new Map(texts.map((text, index) => [relative(folder, paths[index] ?? ''), text]));
}

export async function applySkill({ folder, write, remove }: SkillPlan): Promise<void> {
  for (const [name, text] of write) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  for (const name of remove) await unlink(join(folder, name));
  const folders = new Set(remove.flatMap((name) => foldersAbove(name)));
  const deepestFirst = [...folders].toSorted((one, other) => other.length - one.length);
  // And the folder of skills, where ours was the only one. What holds something of somebody else's stays.
  if (remove.length > 0) deepestFirst.push('..');
  for (const name of deepestFirst) await rmdir(join(folder, name)).catch(() => undefined);
}

/** `a/b/c` lies in `a/b`, `a` and the folder itself. */
function foldersAbove(name: string): readonly string[] {
  const above = dirname(name);
  return above === '.' ? [''] : [above, ...foldersAbove(above)];
}

/** `null`: nothing is there. What is no plain file has no hash that could be ours. */
async function hashAt(path: string): Promise<string | null> {
  try {
    return (await lstat(path)).isFile() ? hashOf(await readFile(path)) : 'no file';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? null : 'unreadable';
  }
}
