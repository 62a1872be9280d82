/**
 * Returns a path with the home in place of `~/`, `$HOME/` and `${HOME}/`, which people write where no shell reads it.
 */
export function homeExpanded(path: string, home: string): string {
  return path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, () => home);
}
