import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeForFolderOwner } from './folder-owner.ts';
import { makeOwnFolder } from './own-folder.ts';
import { names } from './if-readable.ts';

const backupsAtMost = 10;

/**
 * Keeps the YAML text that is about to be replaced; the oldest of eleven is removed.
 * @param now ms since 1970
 */
export function backUp(folder: string, text: string, now: number): void {
  makeOwnFolder(folder);
  const name = `${new Date(now).toISOString().replaceAll(':', '-')}.yaml`;
  const path = join(folder, name);
  makeForFolderOwner(path);
  writeFileSync(path, text, { mode: 0o600 });
  const kept = names(folder).filter((file) => file.endsWith('.yaml'));
  for (const old of kept.toSorted().slice(0, -backupsAtMost)) unlinkSync(join(folder, old));
}
