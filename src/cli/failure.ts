import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { clean } from '../core/words/text.ts';
import { AudienceError, exitCode, type ExitCode } from '../errors.ts';
import { messageOf } from '../system/errno.ts';
import { folderIsGone, saysFolderIsGone } from '../system/current-folder.ts';
import { makeForFolderOwner } from '../system/folder-owner.ts';
import { obstacleTo } from '../system/obstacle.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { jsonText } from './json-text.ts';

/** What went wrong, in the words and the exit code that users and scripts see. */
export interface Failure {
  readonly code: ExitCode;
  readonly message: string;
  readonly where: string | null;
  readonly cure: string;
}

/**
 * Returns what to show of an error. An error that names no audience is a defect of this program: its stack goes to a
 * file in the state folder.
 */
export function failureOf(thrown: unknown, stateDir: string | null): Failure {
  const error = saysFolderIsGone(thrown) ? folderIsGone(null, thrown) : thrown;
  if (error instanceof AudienceError) {
    return { code: error.code, message: error.message, where: error.where, cure: error.cure };
  }
  const unwritable = unwritableFile(error, stateDir);
  if (unwritable !== null) return unwritable;
  const message = messageOf(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  const path = stateDir === null ? null : keep(stack, stateDir);
  const cure = path === null ? 'please report it' : `please report it with the text of ${path}`;
  return { code: exitCode.defect, message: `a defect of agent-sessions-monitor: ${message}`, where: path, cure };
}

/**
 * Recognises a file that the system refuses to write: a full disk, missing rights, a file in a folder's place. Files of
 * other programs, such as the config of Hermes, may be among them.
 */
function unwritableFile(error: unknown, stateDir: string | null): Failure | null {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return null;
  const { code, path } = error;
  if (typeof code !== 'string' || typeof path !== 'string') return null;
  // The system names the path that was asked for.
  const obstacle = inTheWay.has(code) ? obstacleTo(path) : null;
  const usual = cures.get(code);
  const found = obstacle ?? (usual === undefined ? null : { message: error.message, cure: usual, path });
  if (found === null) return null;
  const isState = stateDir !== null && (isWithin(found.path, stateDir) || isWithin(stateDir, found.path));
  return {
    code: exitCode.registry,
    message: `a file could not be written: ${found.message}`,
    where: found.path,
    cure: isState ? `${found.cure}, or set AGENT_SESSIONS_MONITOR_STATE_DIR` : found.cure,
  };
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

const [moveAway, makeWritable, makeRoom] = ['move it away', 'make it and its folder writable', 'make room on its disk'];
const cures: ReadonlyMap<string, string> = new Map([
  ['EACCES', makeWritable],
  ['EPERM', makeWritable],
  ['EROFS', makeWritable],
  ['ENOSPC', makeRoom],
  ['EDQUOT', makeRoom],
  ['EFBIG', 'raise the limit on the size of a file (ulimit -f)'],
  ['ENAMETOOLONG', 'name a shorter path'],
  ['ENOTDIR', moveAway],
  ['EISDIR', moveAway],
  ['ERR_FS_EISDIR', moveAway],
  ['EEXIST', moveAway],
  ['ENOTEMPTY', moveAway],
  ['ELOOP', moveAway],
  ['ENXIO', moveAway],
  ['EIO', 'look after its disk'],
  ['ESTALE', 'look after its disk'],
]);
const inTheWay: ReadonlySet<string> = new Set(['ENOTDIR', 'EEXIST', 'ENOENT']);

/** Returns at most three lines (what, where, what to do now), or one line of JSON. */
export function failureText({ code, message, where, cure }: Failure, json: boolean): string {
  if (json) return `${jsonText({ error: { code, message, where, cure } })}\n`;
  return [message, where, cure]
    .filter((line) => line !== null && line !== '')
    .map((line) => `${clean(line ?? '')}\n`)
    .join('');
}

/** Returns the stack of an error and of each of its causes. */
export function stackLines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  return [...(error.stack ?? error.message).split('\n'), ...stackLines(error.cause)];
}

function keep(stack: string, stateDir: string): string | null {
  const path = join(stateDir, 'defects.log');
  try {
    makeOwnFolder(stateDir);
    makeForFolderOwner(path);
    appendFileSync(path, `${new Date().toISOString()} ${stack}\n`, { mode: 0o600 });
    return path;
  } catch {
    return null;
  }
}
