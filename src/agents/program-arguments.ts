/** Returns the name of a program, also of one that Nix keeps behind a wrapper, such as `.claude-wrapped`. */
export function programName(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  return /^\.(.+)-(?:un)?wrapped_*$/.exec(name)?.[1] ?? name;
}

/** Returns the arguments of a process without its program, and without the script that a `node` or `bun` runs. */
export function argumentsOf(argv: readonly string[]): readonly string[] {
  return argv.slice((scriptAt(argv) ?? 0) + 1);
}

/** Returns the script that a `node` or `bun` runs; `null`: it is another program, or runs none. */
export function scriptOf(argv: readonly string[]): string | null {
  const at = scriptAt(argv);
  return at === null ? null : (argv[at] ?? null);
}

/** Finds the script behind options such as `--max-old-space-size=8192`. The value of `--require x` is taken for it. */
function scriptAt([program = '', ...rest]: readonly string[]): number | null {
  if (!/(^|\/)(node|bun)$/.test(program)) return null;
  const at = rest.findIndex((word) => !word.startsWith('-'));
  return (at === -1 ? rest.length : at) + 1;
}
