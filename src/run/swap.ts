import type { Edit } from '../core/drift.ts';
import type { Ledger } from '../core/memory.ts';
import type { Plan } from '../core/plan.ts';
import type { LoggedDrift, NewEvent } from '../log/log.ts';
import type { Prepared, ReadResult } from '../registry/registry-file.ts';
import { closing } from './closing.ts';
import { writeDown, type WritePorts } from './write-down.ts';

interface SwapPorts extends WritePorts {
  readonly settings: { readonly graceMs: number };
  /** ms since 1970. */
  readonly now: () => number;
}

interface Planned {
  readonly read: Exclude<ReadResult, { kind: 'unreadable' }>;
  readonly plan: Plan;
  /** `null` if nothing is to be written. */
  readonly prepared: Prepared | null;
  readonly edits: readonly Edit[];
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
      readonly result: {
        readonly written: boolean;
        /** This pass started the registry file. */
        readonly started: boolean;
        /** Names the registry's text as this pass left it; `null`: no file. */
        readonly leftHash: string | null;
      };
    };

/** Writes what the plan says: intent into the log, text into the file, end into the log. */
export async function swap(ports: SwapPorts, planned: Planned): Promise<Swapped> {
  const { read, prepared, edits, opened } = planned;
  const others = [
    ...opened.filter((drift) => drift.edits.length === 0).map((drift): NewEvent => ({ kind: 'opened', drift })),
    ...(await closingEvents(ports, planned)),
    ...planned.plan.tombstones.map((tombstone): NewEvent => ({ kind: 'tombstone', ...tombstone })),
    ...firstSighting(planned),
  ];
  if (prepared === null) {
    if (others.length > 0) await ports.log.append(others);
    const result = { written: false, started: false, leftHash: read.registry.hash };
    return { kind: 'done', entryHashes: {}, spawns: 0, result };
  }
  const drifts = opened.filter((drift) => drift.edits.length > 0);
  const swapped = await writeDown(ports, { read, prepared, drifts, edits }, planned.signal).catch(
    async (error: unknown) => {
      // What writes nothing waits for no lock and no disk.
      await ports.log.append(others);
      throw error;
    },
  );
  if (swapped === null) return { kind: 'changed' };
  await ports.log.append([{ kind: 'applied', of: swapped }, ...others]);
  const result = { written: true, started: read.kind === 'absent', leftHash: prepared.hash };
  return { kind: 'done', entryHashes: prepared.entryHashes, spawns: 1, result };
}

async function closingEvents(ports: SwapPorts, planned: Planned): Promise<NewEvent[]> {
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
