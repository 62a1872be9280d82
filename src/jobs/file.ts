import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Seen } from '../core/model/observation.ts';
import { isJobId } from '../core/model/job.ts';
import { parseJob, type Job, type JobFile, type JobMap } from './schema.ts';
import { codeOf, messageOf, saysAbsent } from '../system/errno.ts';

export interface ReadJob {
  readonly job: Job;
  readonly file: JobFile;
  /** Permission bits. */
  readonly mode: number;
}

/** A larger file is no job; bytes. */
const largest = 1024 * 1024;

/** Reads one job's file; `null`: there is none. A link is refused: it may lead anywhere. */
export function readJobFile(dir: string, id: string, map: JobMap): Seen<ReadJob | null> {
  if (!isJobId(id)) return { known: null };
  const path = jobPath(dir, id);
  try {
    return { known: read(path, id, map) };
  } catch (error) {
    if (saysAbsent(error)) return { known: null };
    return {
      blind: `job ${id} cannot be read: ${reasonOf(error)}`,
      cure: `mend ${path} (docs/companions.md), or move it away`,
    };
  }
}

export function jobPath(dir: string, id: string): string {
  return join(dir, `${id}.json`);
}

function read(path: string, id: string, map: JobMap): ReadJob {
  // Without blocking: a pipe may have taken the file's place.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('it is not a file');
    if (stat.size > largest) throw new Error('it is larger than 1 MB');
    const bytes = Buffer.alloc(stat.size);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got) {
      got = readSync(descriptor, bytes, length, bytes.length - length, length);
    }
    return { ...parseJob(id, bytes.toString('utf8', 0, length), map), mode: stat.mode & 0o777 };
  } finally {
    closeSync(descriptor);
  }
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ELOOP') return 'it is a link';
  return code === 'EACCES' ? 'it is not readable' : messageOf(error);
}
