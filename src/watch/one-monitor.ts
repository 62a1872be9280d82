import { statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { BoardName } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { clean } from '../core/words/text.ts';
import { isoSeconds } from '../core/words/time.ts';
import { WatchedError } from '../errors.ts';
import { codeOf } from '../system/errno.ts';
import { readJson } from '../system/json.ts';
import { withLock } from '../system/lock.ts';
import { isAlive, ownProcess } from '../system/process-identity.ts';
import { readRegular } from '../system/read-regular.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { writeStateFile } from '../system/replace-file.ts';

const leaseSchema = z.object({
  pid: z.number().int().positive(),
  start: z.string(),
  card: z.string(),
  /** Absent where an older version watches. */
  board: z.object({ name: z.string(), slug: z.string().nullable() }).optional(),
  host: z.string(),
  /** The config that it read at its start; absent where an older version watches. */
  config: z.object({ path: z.string(), hash: z.string().nullable() }).optional(),
  /** ms since 1970. */
  since: z.number().int().min(0).max(8.64e15),
});
type Lease = z.infer<typeof leaseSchema>;

/** The lease that this process holds. */
export interface HeldLease {
  /**
   * Writes the lease again if its file is gone: the state folder may have been removed under a living monitor.
   * @throws WatchedError if another monitor has taken it meanwhile; the system's error
   */
  keep(): Promise<void>;
  /** Removes the lease. One that cannot be removed harms nothing: its holder is dead then. It never throws. */
  release(): Promise<void>;
}

/** Whose lease it is. */
interface LeasePlace {
  /** The registry's state folder. */
  readonly dir: string;
  /** The id of this place: pids of another place that shares the folder mean nothing here. */
  readonly place: string;
  readonly host: string;
}

/**
 * Takes the lease: one monitor for each registry and place. A dead holder is replaced at once, so that a crash does not
 * end the service.
 * @throws WatchedError that names the other monitor
 */
export async function takeLease(
  options: LeasePlace & {
    readonly card: string;
    readonly board: BoardName;
    readonly config: Settings['configText'];
    readonly now: () => number;
  },
): Promise<HeldLease> {
  const { dir, card, config, host } = options;
  const { name, slug } = options.board;
  const path = pathOf(options);
  const mine: Lease = { ...ownProcess(), card, board: { name, slug }, host, config, since: options.now() };
  const isMine = (): boolean => {
    const held = read(path);
    return held?.pid === mine.pid && held.start === mine.start;
  };
  const take = async (): Promise<void> => {
    makeOwnFolder(dir);
    // The lock covers only reading and writing: the lease itself is the file.
    await withLock(path, () => {
      assertReadable(path);
      const held = holder(options);
      if (held !== null && held.pid !== mine.pid) throw watchedAlready(held);
      writeStateFile(path, JSON.stringify(mine));
    });
  };
  await take();
  return {
    keep: async () => {
      if (!isMine()) await take();
    },
    release: async () => {
      await withLock(path, async () => {
        if (isMine()) await unlink(path);
      }).catch(() => undefined);
    },
  };
}

/**
 * Refuses to go on if a living monitor of this place holds the lease.
 * @throws WatchedError
 */
export async function assertNotWatched(where: LeasePlace): Promise<void> {
  assertReadable(pathOf(where));
  const held = holder(where);
  if (held !== null) throw watchedAlready(held);
}

/** Returns which living process of this place watches the registry, since when and on which card; `null`: none does. */
export function watcherOf(where: LeasePlace): Pick<Lease, 'pid' | 'since' | 'card' | 'board' | 'config'> | null {
  return holder(where);
}

function pathOf({ dir, place }: LeasePlace): string {
  return join(dir, `lease-${place}.json`);
}

/** Returns the lease of the living monitor of this place. 0.1.0 had one lease for all places, which named the host. */
function holder(where: LeasePlace): Lease | null {
  const held = read(pathOf(where));
  if (held !== null && isAlive(held)) return held;
  const former = read(join(where.dir, 'lease.json'));
  return former !== null && former.host === where.host && isAlive(former) ? former : null;
}

/** Refuses a lease that is another user's, such as that of a monitor under sudo: whether it lives cannot be seen. */
function assertReadable(path: string): void {
  try {
    readRegular(path, statSync(path));
  } catch (cause) {
    // Any other failure says nothing of another monitor.
    if (codeOf(cause) !== 'EACCES') return;
    throw new WatchedError('a monitor of another user may watch this registry: its lease cannot be read', {
      where: path,
      cure: 'end that monitor as its user; if none runs, remove that file',
      cause,
    });
  }
}

function read(path: string): Lease | null {
  return readJson(path, (value) => leaseSchema.safeParse(value).data ?? null);
}

function watchedAlready({ pid, since, card }: Lease): WatchedError {
  return new WatchedError(
    `pid ${pid} already watches this registry since ${isoSeconds(since)}, on card ${clean(card)}`,
    {
      cure: 'look at that card, or end it with the comment `stop monitoring`',
    },
  );
}
