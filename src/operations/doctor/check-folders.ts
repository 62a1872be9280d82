import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { bad, good, type Finding } from '../../system/finding.ts';

/** Checks the folders that a run writes. The first run makes a missing folder, if its nearest parent allows it. */
export async function checkFolders({ settings }: Context): Promise<readonly Finding[]> {
  return Promise.all([writable('state', settings.stateDir), writable('cache', settings.cacheDir)]);
}

async function writable(id: string, path: string): Promise<Finding> {
  const nearest = await nearestFolder(path);
  const isFolder = (await stat(nearest)).isDirectory();
  const may = await access(nearest, constants.W_OK | constants.X_OK).then(
    () => isFolder,
    () => false,
  );
  if (!may) return bad(id, `${id} folder ${path} cannot be written`, `make ${nearest} a folder that you can write`);
  return good(id, `${id} folder ${path}${nearest === path ? '' : ': made by the first run'}`);
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch {
    return dirname(path) === path ? path : nearestFolder(dirname(path));
  }
}
