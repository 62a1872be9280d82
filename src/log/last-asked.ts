import { join } from 'node:path';
import { isObject, readJson } from '../system/json.ts';
import { writeStateFile } from '../system/replace-file.ts';

/** When a user last asked what happened; one small file for each user. */
export interface LastAsked {
  /** Returns ms since 1970; `null`: the user never asked. */
  read(): number | null;
  /** @throws the system's error */
  write(at: number): void;
}

/**
 * Keeps it in a folder of the registry's state folder.
 * @param user the number of the user
 */
export function fileLastAsked(stateDir: string, user: number): LastAsked {
  const path = join(stateDir, 'asked', `${user}.json`);
  return {
    read: () => readJson(path, timeIn),
    write: (at) => writeStateFile(path, `${JSON.stringify({ at: new Date(at).toISOString() })}\n`),
  };
}

function timeIn(value: unknown): number | null {
  if (!isObject(value) || typeof value['at'] !== 'string') return null;
  const time = Date.parse(value['at']);
  return Number.isNaN(time) ? null : time;
}
