import { RegistryError } from '../errors.ts';
import type { Event, Log, NewEvent } from '../log/log.ts';
import { ownProcess } from '../system/process-identity.ts';
import type { HeldRegistry, Prepared, Readable, ReadRegistry, RegistryFile } from './registry-file.ts';
import { inFlight, orphansIn } from './settle-intended.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

/** A change of the registry, planned from one text of it and one state of the log. */
export interface Change {
  readonly read: Readable;
  /** Position of the first event that the plan does not know. */
  readonly position: number;
  /** `null`: nothing is to be written. */
  readonly prepared: Prepared | null;
  /** What the `intended` event of the write holds. */
  readonly intent: Pick<Intended, 'drifts' | 'edits' | 'submitted' | 'undone'>;
  /** Further events for the log, whether or not anything is written. */
  readonly events: readonly NewEvent[];
}

export interface CommitPorts {
  readonly log: Log;
  readonly registryFile: Pick<RegistryFile, 'path' | 'underLock'>;
}

export interface Committed<Planned extends Change> {
  /** The change that was carried out: planned anew if the text had changed since. */
  readonly change: Planned;
  readonly written: boolean;
}

/**
 * Writes a change. It is the only writer of the registry: it logs the intent (fsynced), takes the lock, reads again and
 * compares, renames, and logs the end. If the text differs, `again` plans from it while the lock is held, so that
 * writers who take the lock cannot starve this one.
 * @param again plans from the answer of `read`, and settles writes of killed writers; it must not wait
 * @throws RegistryError if the file cannot be written, or its lock cannot be had; whatever `again` throws
 */
export async function commit<Planned extends Change>(
  ports: CommitPorts,
  first: Planned,
  again: (read: ReadRegistry) => Promise<Planned>,
  signal: AbortSignal,
): Promise<Committed<Planned>> {
  const { log, registryFile } = ports;
  const write = new Write(log, first, again);
  await write.intend();
  try {
    if (write.isIntended) await registryFile.underLock((held) => write.carryOut(held, registryFile.path), signal);
    else await log.append(first.events);
  } catch (error) {
    await write.giveUp(error instanceof Error ? error.message : 'the write failed');
    throw error;
  }
  return { change: write.change, written: write.isWritten };
}

/** How often a change is planned anew while writers that ignore the lock change the text. */
const attemptsAtMost = 5;

class Write<Planned extends Change> {
  change: Planned;
  isWritten = false;
  readonly #log: Log;
  readonly #again: (read: ReadRegistry) => Promise<Planned>;
  /** The `intended` event that has no end yet. */
  #intended: string | null = null;
  /** The plan is of a text, or of a log, that has changed since. */
  #isOld = false;

  constructor(log: Log, first: Planned, again: (read: ReadRegistry) => Promise<Planned>) {
    this.change = first;
    this.#log = log;
    this.#again = again;
  }

  get isIntended(): boolean {
    return this.#intended !== null;
  }

  async intend(): Promise<void> {
    const { read, prepared, intent } = this.change;
    if (prepared === null) return this.#drop('changed');
    const { hash: after, entryHashes, formerHashes, undo } = prepared;
    const hashes = { before: read.registry.hash, after, entryHashes, formerHashes };
    const former = this.#intended;
    // In one write, the new one first: one of them is open at any moment, so that after a kill the next writer settles it
    // and removes a job that was to be named.
    const [intended] = await this.#log.append([
      { kind: 'intended', ...intent, ...hashes, undo, by: ownProcess() },
      ...(former === null ? [] : [{ kind: 'dropped', of: former, reason: 'changed' } as const]),
    ]);
    if (intended === undefined) throw new Error('the log took an event and answered none');
    const { event } = intended;
    this.#intended = event;
    inFlight.add(event);
    if (former !== null) inFlight.delete(former);
  }

  async carryOut(held: HeldRegistry, path: string): Promise<void> {
    if (await isOutdated(this.#log, this.change)) await this.#planAgain(held);
    for (let attempt = 1; this.change.prepared !== null; attempt += 1) {
      if (held.swap(this.change.read.registry.hash, this.change.prepared) === 'swapped') {
        this.isWritten = true;
        break;
      }
      this.#isOld = true;
      if (attempt === attemptsAtMost) throw keepsChanging(path);
      await this.#planAgain(held);
    }
    // The end is logged before the lock is given back: the next writer must know of an undo.
    await this.#end();
  }

  /** Ends a write that failed. Events that need no write are logged all the same, unless the plan is of an older text. */
  async giveUp(reason: string): Promise<void> {
    if (this.#intended === null || this.isWritten) return;
    await this.#drop(this.#isOld ? 'changed' : reason);
    if (!this.#isOld) await this.#log.append(this.change.events);
  }

  async #planAgain(held: HeldRegistry): Promise<void> {
    this.#isOld = true;
    this.change = await this.#again(held.read);
    await this.intend();
    this.#isOld = false;
  }

  async #drop(reason: string): Promise<void> {
    const of = this.#intended;
    if (of === null) return;
    this.#intended = null;
    inFlight.delete(of);
    await this.#log.append([{ kind: 'dropped', of, reason }]);
  }

  /** Logs the end, last of all: after a kill before it, the next writer appends all events again. */
  async #end(): Promise<void> {
    if (await this.#isTakenForDead()) {
      this.#intended = null;
      await this.intend();
    }
    const of = this.#intended;
    const { intent, events } = this.change;
    const end: readonly NewEvent[] = of === null ? [] : [...(intent.undone ?? []), { kind: 'applied', of }];
    try {
      await this.#log.append([...end, ...events]);
    } finally {
      if (of !== null) inFlight.delete(of);
    }
  }

  /**
   * Decides whether another host has ended the intent: it sees no process of this one, and its clock may be minutes
   * ahead. Without a new intent the end would tell nothing.
   */
  async #isTakenForDead(): Promise<boolean> {
    if (this.#intended === null) return false;
    const since = await this.#log.read(this.change.position);
    return since.some((event) => event.kind === 'dropped' && event.of === this.#intended);
  }
}

/** Decides whether a repair was taken back since, or its undo was cut short: the text alone does not show that. */
async function isOutdated(log: Log, { position }: Change): Promise<boolean> {
  const since = await log.read(position);
  return since.some(({ kind }) => kind === 'undone') || (await orphansIn(log)).length > 0;
}

function keepsChanging(path: string): RegistryError {
  return new RegistryError('the registry kept changing while it was being repaired; nothing was written', {
    where: path,
    cure: 'try again when the other writer, who does not keep to its lock, is done',
  });
}
