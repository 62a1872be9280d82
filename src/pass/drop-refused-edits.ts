import type { Edit } from '../core/model/drift.ts';
import { entryId } from '../core/model/entry.ts';
import type { Deferred, Plan } from '../core/model/plan.ts';
import type { LoggedDrift } from '../log/log.ts';
import { withoutEdits } from '../log/without-edits.ts';
import type { Prepared, Readable, RegistryFile } from '../registry/registry-file.ts';

export interface Remaining {
  /** `null` if nothing is to be written. */
  readonly prepared: Prepared | null;
  readonly edits: readonly Edit[];
  /** The drifts without their refused edits: their messages claim only what is written. */
  readonly standing: readonly LoggedDrift[];
  readonly deferred: readonly Deferred[];
}

/** Returns the text to write without the edits that cannot be made: a refused entry holds up no other. */
export async function dropRefusedEdits(
  registryFile: RegistryFile,
  read: Readable,
  plan: Pick<Plan, 'silentEdits' | 'deferred'>,
  planned: readonly LoggedDrift[],
): Promise<Remaining> {
  const refused: Refused[] = [];
  for (;;) {
    const standing = planned.map((drift) => withoutRefused(drift, refused));
    const silent = plan.silentEdits.filter((edit) => !refused.some((one) => one.edit === edit));
    const edits = [...standing.flatMap((drift) => drift.edits), ...silent];
    const deferred = [...plan.deferred, ...newReasons(refused, plan.deferred)];
    if (edits.length === 0 && read.kind === 'read') return { prepared: null, edits, standing, deferred };
    const prepared = await registryFile.prepare(read, edits);
    if (prepared.refused.length === 0) return { prepared, edits, standing, deferred };
    refused.push(...prepared.refused);
  }
}

type Refused = Prepared['refused'][number];

/** Drops the refused edits of a drift, and all its edits of the same entry: no repair is half made. */
function withoutRefused(drift: LoggedDrift, refused: readonly Refused[]): LoggedDrift {
  const reasons = new Map(
    refused.flatMap(({ edit, reason }) => (drift.edits.includes(edit) ? [[entryId(edit.entry), reason] as const] : [])),
  );
  return withoutEdits(drift, reasons);
}

/** Returns each reason once. */
function newReasons(refused: readonly Refused[], known: readonly Deferred[]): readonly Deferred[] {
  const said = new Set(known.map(nameOf));
  return refused.flatMap(({ edit, reason }) => {
    const deferred = { entry: edit.entry, reason, until: null };
    if (said.has(nameOf(deferred))) return [];
    said.add(nameOf(deferred));
    return [deferred];
  });
}

function nameOf({ entry, reason }: Pick<Deferred, 'entry' | 'reason'>): string {
  return `${entryId(entry)}\u0000${reason}`;
}
