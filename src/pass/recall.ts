import type { Drift } from '../core/model/drift.ts';
import { unreadableFileDrift } from '../core/drift/registry-unreadable.ts';
import type { Memory, Ledger } from '../core/model/memory.ts';
import { RegistryError } from '../errors.ts';
import type { Log, LoggedDrift } from '../log/log.ts';
import type { Readable, ReadRegistry, ReadResult, RegistryFile } from '../registry/registry-file.ts';
import { settleIntended } from '../registry/settle-intended.ts';
import { recogniseOwnWrites } from './recognise-own-writes.ts';

export interface RecallPorts {
  /** Symlinks resolved. */
  readonly registryPath: string;
  readonly registryFile: RegistryFile;
  readonly log: Log;
  /** Removes what a killed submit has left of a job that no entry names. */
  readonly withdrawJob: (id: string) => Promise<void>;
  /** ms since 1970. */
  readonly now: () => number;
}

/** What was known before this pass: the registry's text, and the memory of earlier passes. */
export interface Recalled {
  readonly read: Readable;
  readonly formerMemory: Memory;
  readonly ledger: Ledger;
}

/** The registry cannot be read. The drift is in the log, and nothing was written. */
export class UnreadableRegistry extends RegistryError {
  readonly drift: LoggedDrift;
  constructor(read: Extract<ReadResult, { kind: 'unreadable' }>, drift: LoggedDrift) {
    super(read.message, { where: read.where, cure: read.cure });
    this.drift = drift;
  }
}

/**
 * Reads the registry and what the log knows of it, and settles writes of killed processes.
 * @param remembered the memory of the last pass, without the texts written since
 * @throws UnreadableRegistry
 */
export async function recall(
  ports: RecallPorts,
  readRegistry: ReadRegistry,
  remembered: Memory,
  mayWrite: boolean,
): Promise<Recalled> {
  const { log, registryFile, withdrawJob } = ports;
  const { knowsEntries, registered } = await log.ledger();
  const read = await readRegistry({ knowsEntries, registered, mayCache: mayWrite });
  if (read.kind === 'unreadable') throw await unreadable(ports, read, mayWrite);
  if (mayWrite) await settleIntended(log, registryFile, read, withdrawJob);
  const own = await recogniseOwnWrites({ formerMemory: remembered, ledger: await log.ledger() }, read.registry, log);
  return { read, ...own };
}

async function unreadable(
  { registryPath, log, now }: RecallPorts,
  read: Extract<ReadResult, { kind: 'unreadable' }>,
  mayWrite: boolean,
): Promise<UnreadableRegistry> {
  const ledger = await log.ledger();
  const drift = withId(unreadableFileDrift({ ...read, path: registryPath, at: now() }), log, ledger);
  if (mayWrite && !ledger.open.has(drift.id)) await log.append([{ kind: 'opened', drift }]);
  return new UnreadableRegistry(read, drift);
}

export function withId(drift: Drift, log: Log, ledger: Ledger): LoggedDrift {
  return { ...drift, id: log.idOf(drift.key, ledger) };
}
