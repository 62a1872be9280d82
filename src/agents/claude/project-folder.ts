/** From so many characters on a hash is put behind: only the beginning of the name is known. */
export const longestFolder = 200;

/** Where Claude begins the transcripts of a working directory, below `projects`: lossy, two may share one name. */
export function encodedFolder(cwd: string): string {
  return cwd.replace(/[^A-Za-z0-9]/g, '-').slice(0, longestFolder);
}
