import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { codeOf } from '../../system/errno.ts';
import { namesOrNone } from '../../system/if-readable.ts';
import { readJson } from '../../system/json.ts';
import { isAlive } from '../../system/process-identity.ts';

export interface Gateway {
  readonly pid: number;
  /** The folder of its profile, whose config says what the gateway does. */
  readonly folder: string;
}

/** The record that Hermes 0.18.2 and 0.19.0 write into `gateway.pid`; the start is as the kernel counts it. */
const recordSchema = z.object({ pid: z.int().positive(), start_time: z.number() });

/**
 * Returns the living gateways of the boards below that root, of any profile. `hermes gateway status` also names those
 * of every other root on the machine.
 * @returns `null`: none is found, and a record cannot be read
 */
export async function livingGateways(root: string): Promise<readonly Gateway[] | null> {
  const profiles = join(root, 'profiles');
  const found: Gateway[] = [];
  let isUnsure = false;
  for (const folder of [root, ...namesOrNone(profiles).map((name) => join(profiles, name))]) {
    const path = join(folder, 'gateway.pid');
    if (!isThere(path)) continue;
    const record = readJson(path, (value) => recordSchema.safeParse(value).data ?? null);
    if (record === null) isUnsure = true;
    else if (isAlive({ pid: record.pid, start: String(record.start_time) })) found.push({ pid: record.pid, folder });
  }
  return found.length === 0 && isUnsure ? null : found;
}

/** Decides whether a path is there; an unreadable path may be. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return codeOf(error) !== 'ENOTDIR';
  }
}
