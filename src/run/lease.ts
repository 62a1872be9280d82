import { mkdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { clean } from '../core/text.ts';
import { isoSeconds } from '../core/time.ts';
import { WatchedError } from '../errors.ts';
import { isAlive, ownProcess } from '../process-identity.ts';
import { regularText } from '../read-regular.ts';
import { writeStateFile } from '../state-file.ts';

const leaseSchema = z.object({
  pid: z.number().int().positive(),
  start: z.string(),
  card: z.string(),
  host: z.string(),
  /** ms since 1970. */
  since: z.number().int().min(0).max(8.64e15),
});
type Lease = z.infer<typeof leaseSchema>;

/**
 * One monitor a registry and host. A dead holder is replaced at once: a crash must not end the service.
 * @throws WatchedError, naming who watches.
 */
export async function takeLease(options: {
  /** The registry's state folder. */
  readonly dir: string;
  readonly card: string;
  readonly host: string;
  readonly now: () => number;
}): Promise<{ release(): Promise<void> }> {
  const { dir, card, host } = options;
  const path = join(dir, 'lease.json');
  const mine: Lease = { ...ownProcess(), card, host, since: options.now() };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await underLock(path, async () => {
    const held = read(path);
    const isOther = held !== null && held.host === host && held.pid !== mine.pid && isAlive(held);
    if (isOther) throw watchedAlready(held);
    writeStateFile(path, JSON.stringify(mine));
  });
  return {
    release: async () => {
      await underLock(path, async () => {
        const held = read(path);
        if (held?.pid === mine.pid && held.start === mine.start) await unlink(path);
      });
    },
  };
}

/** @throws WatchedError if a living monitor of this host holds the lease. */
export async function assertNobodyWatches(dir: string, host: string): Promise<void> {
  const held = read(join(dir, 'lease.json'));
  if (held !== null && held.host === host && isAlive(held)) throw watchedAlready(held);
}

/** Only for the look and the write; the lease itself is the file. */
async function underLock(path: string, work: () => Promise<void>): Promise<void> {
  const { lock } = await import('proper-lockfile');
  const release = await lock(path, {
    realpath: false,
    stale: 2_000,
    retries: { retries: 50, minTimeout: 50, maxTimeout: 100 },
    onCompromised: () => undefined,
  });
  try {
    await work();
  } finally {
    await release().catch(() => undefined);
  }
}

function read(path: string): Lease | null {
  try {
    return leaseSchema.safeParse(JSON.parse(regularText(path) ?? '')).data ?? null;
  } catch {
    return null;
  }
}

function watchedAlready({ pid, since, card }: Lease): WatchedError {
  return new WatchedError(
    `pid ${pid} already watches this registry since ${isoSeconds(since)}, on card ${clean(card)}`,
    {
      cure: 'look at that card, or end it with the comment `stop monitoring`',
    },
  );
}
