import type { Edit } from '../core/drift.ts';
import type { Event, Log, LoggedDrift } from '../log/log.ts';
import { ownProcess } from '../process-identity.ts';
import { lockedError } from '../registry/locked.ts';
import type { Prepared, ReadResult, RegistryFile } from '../registry/registry-file.ts';

export interface WritePorts {
  readonly log: Log;
  readonly registryFile: RegistryFile;
}

type Intended = Extract<Event, { kind: 'intended' }>;

/**
 * The `intended` event's id once its text is in the file; `null` if the file is no longer the one that was read. The
 * caller says that it was applied.
 * @throws RegistryError if the file cannot be written, or its lock cannot be had.
 */
export async function writeDown(
  { log, registryFile }: WritePorts,
  what: {
    readonly read: Exclude<ReadResult, { kind: 'unreadable' }>;
    readonly prepared: Prepared;
    readonly drifts: readonly LoggedDrift[];
    readonly edits: readonly Edit[];
  } & Pick<Intended, 'submitted'>,
  signal: AbortSignal,
): Promise<string | null> {
  const { read, prepared, ...rest } = what;
  const { hash: after, entryHashes, formerHashes, undo } = prepared;
  const before = read.registry.hash;
  const [intended] = await log.append([
    { kind: 'intended', ...rest, before, after, entryHashes, formerHashes, undo, by: ownProcess() },
  ]);
  if (intended === undefined) throw new Error('the log took an event and answered none');
  const drop = (reason: string) => log.append([{ kind: 'dropped', of: intended.event, reason }]);
  const swapped = await registryFile.swap(before, prepared, signal).catch(async (error: unknown) => {
    await drop(error instanceof Error ? error.message : 'the swap failed');
    throw error;
  });
  if (swapped.kind === 'swapped') return intended.event;
  await drop(swapped.kind);
  if (swapped.kind === 'locked') throw lockedError(swapped);
  return null;
}
