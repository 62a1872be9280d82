import type { EntryId } from '../core/model/branded.ts';
import type { Edit } from '../core/model/drift.ts';
import { entryId } from '../core/model/entry.ts';
import type { Deferred, Plan } from '../core/model/plan.ts';
import { leftAs, reasonsByName } from '../core/words/left-as-it-is.ts';
import type { LoggedDrift } from '../log/log.ts';
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
  if (reasons.size === 0) return drift;
  const edits = drift.edits.filter((edit) => !reasons.has(entryId(edit.entry)));
  const why = drift.session === null ? namedReasons(drift.edits, reasons) : [...reasons.values()].join('; ');
  const left = leftAs(1, why);
  const { dryRunMessage, seen, ...rest } = drift;
  if (edits.length === 0) return { ...rest, edits, message: `${seen ?? drift.message} ${left}` };
  const inDryRun = dryRunMessage === undefined ? {} : { dryRunMessage: `${dryRunMessage} ${left}` };
  return { ...rest, edits, message: `${drift.message} ${left}`, ...inDryRun };
}

function namedReasons(edits: readonly Edit[], reasons: ReadonlyMap<EntryId, string>): string {
  const names = new Map(edits.map(({ entry }) => [entryId(entry), entry.session]));
  return reasonsByName([...reasons].map(([id, reason]) => [names.get(id) ?? id, reason]));
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
