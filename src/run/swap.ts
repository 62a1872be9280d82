import type { Edit } from '../core/drift.ts';
import type { Ledger } from '../core/memory.ts';
import type { Plan } from '../core/plan.ts';
import { RegistryError } from '../errors.ts';
import type { LoggedDrift, NewEvent } from '../log/log.ts';
import type { Prepared, ReadResult } from '../registry/registry-file.ts';
import { closing } from './closing.ts';
import type { PassPorts, PassResult } from './pass.ts';
import { preparable } from './preparable.ts';
import { ownProcess } from '../process-identity.ts';

interface Planned {
  readonly read: Exclude<ReadResult, { kind: 'unreadable' }>;
  readonly plan: Plan;
  readonly standing: readonly LoggedDrift[];
  readonly opened: readonly LoggedDrift[];
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
}

export type Swapped =
  | { readonly kind: 'changed' }
  | {
      readonly kind: 'done';
      readonly entryHashes: Readonly<Record<string, string>>;
      readonly spawns: number;
      readonly result: Pick<PassResult, 'standing' | 'opened' | 'deferred' | 'edits' | 'written' | 'started'>;
    };

/** Writes what the plan says: intent into the log, text into the file, end into the log. */
export async function swap(ports: PassPorts, planned: Planned): Promise<Swapped> {
  const { prepared, edits, standing, deferred } = await preparable(
    ports.registryFile,
    planned.read,
    planned.plan,
    planned.standing,
  );
  const news = new Set(planned.opened.map((drift) => drift.id));
  const opened = standing.filter((drift) => news.has(drift.id));
  const result = {
    standing,
    opened,
    deferred,
    edits,
    written: false,
    started: false,
  };
  const others = [
    ...opened.filter((drift) => drift.edits.length === 0).map((drift): NewEvent => ({ kind: 'opened', drift })),
    ...(await closingEvents(ports, planned)),
    ...planned.plan.tombstones.map((tombstone): NewEvent => ({ kind: 'tombstone', ...tombstone })),
    ...firstSighting(planned),
  ];
  if (prepared === null) {
    if (others.length > 0) await ports.log.append(others);
    return { kind: 'done', entryHashes: {}, spawns: 0, result };
  }
  const drifts = opened.filter((drift) => drift.edits.length > 0);
  const swapped = await writeDown(ports, planned, prepared, { drifts, edits }).catch(async (error: unknown) => {
    // What writes nothing waits for no lock and no disk.
    await ports.log.append(others);
    throw error;
  });
  if (swapped === null) return { kind: 'changed' };
  await ports.log.append([{ kind: 'applied', of: swapped }, ...others]);
  const started = planned.read.kind === 'absent';
  return { kind: 'done', entryHashes: prepared.entryHashes, spawns: 1, result: { ...result, written: true, started } };
}

/** The `intended` event's id once its text is in the file; `null` if the file is no longer the one that was read. */
async function writeDown(
  ports: PassPorts,
  { read, signal }: Planned,
  prepared: Prepared,
  what: { drifts: readonly LoggedDrift[]; edits: readonly Edit[] },
): Promise<string | null> {
  const [intended] = await ports.log.append([
    {
      kind: 'intended',
      ...what,
      before: read.registry.hash,
      after: prepared.hash,
      entryHashes: prepared.entryHashes,
      undo: prepared.undo,
      by: ownProcess(),
    },
  ]);
  if (intended === undefined) throw new Error('the log took an event and answered none');
  const drop = (reason: string) => ports.log.append([{ kind: 'dropped', of: intended.event, reason }]);
  const swapped = await ports.registryFile.swap(read.registry.hash, prepared, signal).catch(async (error: unknown) => {
    await drop(error instanceof Error ? error.message : 'the swap failed');
    throw error;
  });
  if (swapped.kind === 'swapped') return intended.event;
  await drop(swapped.kind);
  if (swapped.kind === 'locked') throw locked(ports.registryFile.path, swapped.holders);
  return null;
}

function locked(path: string, holders: readonly string[]): RegistryError {
  const who = holders.length === 0 ? '' : ` by ${holders.join(', ')}`;
  return new RegistryError(`the registry is locked${who}; nothing was written`, {
    where: `${path}.lock`,
    cure: 'wait for the holder, or end it, and try again',
  });
}

async function closingEvents(ports: PassPorts, planned: Planned): Promise<NewEvent[]> {
  if (planned.ledger.open.size === 0) return [];
  return closing({
    ledger: planned.ledger,
    plan: planned.plan,
    standing: new Set(planned.standing.map((drift) => drift.id)),
    registry: planned.read.registry,
    events: await ports.log.read(),
    now: ports.now(),
    graceMs: ports.settings.graceMs,
  });
}

/** A missing file is a first run only as long as the log knows no entry of it. */
function firstSighting({ ledger, read }: Planned): NewEvent[] {
  const count = read.registry.entries.length;
  return !ledger.knowsEntries && count > 0 ? [{ kind: 'entries', count }] : [];
}
