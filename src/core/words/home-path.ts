/** Returns a path with its home written out: people write `~/x`, `$HOME/x` and `${HOME}/x` where a shell is not asked. */
export function homeExpanded(path: string, home: string): string {
  return path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, () => home);
}
