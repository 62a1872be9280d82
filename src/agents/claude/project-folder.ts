/** From so many characters on Claude cuts the name and adds a hash: only the beginning is known. */
export const longestFolder = 200;

/**
 * Returns the name of the folder in which Claude begins the transcripts of a working directory, below `projects`. Two
 * directories may have the same name.
 */
export function encodedFolder(cwd: string): string {
  return cwd.replace(/[^A-Za-z0-9]/g, '-').slice(0, longestFolder);
}
