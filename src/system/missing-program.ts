import { accessSync, constants, existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * Returns what a command cannot start any more: its program, or the script that an interpreter is given; `null` if both
 * exist. Node moves with each version that a version manager installs, and takes global packages along.
 */
export function missingProgram(words: readonly string[], path: string | undefined): string | null {
  const [program, ...args] = words;
  if (program === undefined) return null;
  if (whichProgram(program, path) === null) return program;
  const script = args.find((word) => !word.startsWith('-'));
  return script !== undefined && isAbsolute(script) && !existsSync(script) ? script : null;
}

/** Returns the path of a program; `null`: it is not found. A dangling link is no program. */
export function whichProgram(program: string, path = ''): string | null {
  const places = program.includes('/') ? [program] : path.split(':').map((folder) => join(folder, program));
  return places.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
