import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ifReadable, readLink } from './if-readable.ts';

/**
 * Gives a new file to the owner of the folder it lies in, if root made it in another user's folder: under `sudo` the
 * home is often the user's own, and he could not read the file afterwards. Where root may not give it away, as over
 * NFS, it stays root's.
 * @param path the file's, where the system does not say where an open file lies
 */
export function giveToFolderOwner(descriptor: number, path: string): void {
  if (!isRoot()) return;
  ifReadable(() => {
    // The path may lead through a link by now: what counts is the folder in which the open file lies.
    const { uid, gid } = statSync(dirname(readLink(`/proc/self/fd/${descriptor}`) ?? path));
    if (uid !== 0) fchownSync(descriptor, uid, gid);
  });
}

/** Decides whether this process may give files away. Without users, as on Windows, it may not. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Makes an empty file before root writes to it, so that a new one belongs to its folder's owner from the start. */
export function makeForFolderOwner(path: string): void {
  if (!isRoot()) return;
  ifReadable(() => {
    // A file that exists keeps its owner, and a link is not followed.
    const descriptor = openSync(path, 'wx', 0o600);
    try {
      giveToFolderOwner(descriptor, path);
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Makes a folder that only its owner may open, and all folders above it. What root makes in another user's folder
 * belongs to that user.
 * @throws the system's error
 */
export function makeFolders(folder: string): void {
  if (isRoot() && !existsSync(folder)) {
    makeFolders(dirname(folder));
    const isNew = ifReadable(() => mkdirSync(folder, { mode: 0o700 })) !== null;
    if (isNew) ifReadable(() => giveFolder(folder));
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function giveFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    // The user may have put another of root's folders in its place: a new one is empty.
    const isStillNew = fstatSync(descriptor).uid === 0 && readdirSync(`/proc/self/fd/${descriptor}`).length === 0;
    if (isStillNew) giveToFolderOwner(descriptor, folder);
  } finally {
    closeSync(descriptor);
  }
}
