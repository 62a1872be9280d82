import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { UsageError } from '../errors.ts';
import { saysFolderIsGone } from '../system/current-folder.ts';
import { setVariable } from '../system/set-variable.ts';
import type { World } from './run-cli.ts';
import { terminalOutput } from './terminal-output.ts';

/** What a command takes of the process that runs it, whether it asks a monitor or looks itself. */
export type ProcessWorld = Pick<World, 'version' | 'env' | 'home' | 'cwd' | 'program' | 'now' | 'output'>;

export function thisProcess(): ProcessWorld {
  return {
    version: manifest.version,
    env: process.env,
    home: () => homeIn(process.env),
    cwd: currentFolder(),
    // npm puts a link into the path; the files of the program lie beside the link's target.
    program: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? '')],
    now: Date.now,
    output: (settings) => terminalOutput(process, settings),
  };
}

/**
 * Returns the user's home folder.
 * @throws UsageError if it is not known. A relative one is refused: the user's real home in its place would be written
 * to although another one was named.
 */
export function homeIn(env: World['env']): string {
  const named = setVariable(env, 'HOME');
  const home = named ?? listedHome();
  if (home !== null && isAbsolute(home)) return home;
  const cure = 'set HOME to the whole path of a folder that is yours';
  if (named !== null) throw new UsageError('HOME is no absolute path', { where: `HOME=${named}`, cure });
  const where = `uid ${process.getuid?.() ?? 'unknown'}`;
  throw new UsageError('HOME is not set, and the system knows no home of this user', { where, cure });
}

/** Returns the home in the system's list of users; `null`: a container may run as a user who is not in it. */
function listedHome(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    return null;
  }
}

/** Returns the folder in which the command was typed; `null`: it was removed, as an agent's worktree often is. */
function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch (error) {
    if (saysFolderIsGone(error)) return null;
    throw error;
  }
}
