import type { Edit } from '../core/model/drift.ts';
import { entryId } from '../core/model/entry.ts';
import type { Ledger } from '../core/model/memory.ts';
import type { Deferred, Plan } from '../core/model/plan.ts';
import { undoneWords } from '../core/words/left-as-it-is.ts';
import { openedBy } from '../log/event-drifts.ts';
import type { Log, LoggedDrift, NewEvent } from '../log/log.ts';
import { withoutEdits } from '../log/without-edits.ts';
import type { Change } from '../registry/commit.ts';
import type { RegistryFile } from '../registry/registry-file.ts';
import { closeDrifts } from './close-drifts.ts';
import { dropRefusedEdits } from './drop-refused-edits.ts';
import { withId, type Recalled } from './recall.ts';

interface DecidePorts {
  readonly registryFile: RegistryFile;
  readonly log: Log;
  readonly settings: { readonly graceMs: number };
  /** ms since 1970. */
  readonly now: () => number;
}

/** What to carry out of a plan. */
export interface Decision extends Change {
  readonly plan: Plan;
  /** Every drift that is open now, with its id: found in this pass, or open before and not judged by it. */
  readonly standing: readonly LoggedDrift[];
  /** Those of `standing` that are news. */
  readonly opened: readonly LoggedDrift[];
  readonly deferred: readonly Deferred[];
  readonly edits: readonly Edit[];
}

/** Decides what of a plan is written and logged. Nothing is done yet. */
export async function decide(ports: DecidePorts, { read, ledger }: Recalled, plan: Plan): Promise<Decision> {
  const { log, registryFile } = ports;
  const drifts = plan.drifts.map((drift) => withId(drift, log, ledger));
  const { prepared, edits, standing, deferred } = await dropRefusedEdits(registryFile, read, plan, drifts);
  const repaired = standing.filter((drift) => drift.edits.length > 0);
  const opened = standing.filter((drift) => drift.edits.length > 0 || !ledger.open.has(drift.id));
  const undecided = await openButUndecided(log, ledger, plan);
  const events: NewEvent[] = [
    ...opened.filter((drift) => drift.edits.length === 0).map((drift): NewEvent => ({ kind: 'opened', drift })),
    ...(await closingEvents(ports, { read, ledger }, plan)),
    ...plan.tombstones.map((tombstone): NewEvent => ({ kind: 'tombstone', ...tombstone })),
    // The log hears of an adoption after the write: `host:` in the file must not name another place than the log.
    ...(plan.adopted === null ? [] : [{ kind: 'adopted', ...plan.adopted } as const]),
    ...firstSighting({ read, ledger }),
  ];
  const intent = { drifts: repaired, edits };
  const { position } = ledger;
  return {
    read,
    position,
    prepared,
    intent,
    events,
    plan,
    standing: [...standing, ...undecided],
    opened,
    deferred,
    edits,
  };
}

type Read = Pick<Recalled, 'read' | 'ledger'>;

async function closingEvents(
  { log, now, settings }: DecidePorts,
  { read, ledger }: Read,
  { absentDrifts }: Plan,
): Promise<NewEvent[]> {
  if (absentDrifts.length === 0) return [];
  return closeDrifts({
    ledger,
    absentDrifts,
    registry: read.registry,
    events: await log.read(),
    now: now(),
    graceMs: settings.graceMs,
  });
}

/** Notes in the log that the registry holds entries: from then on a missing file is no first run. */
function firstSighting({ ledger, read }: Read): NewEvent[] {
  const count = read.registry.entries.length;
  return !ledger.knowsEntries && count > 0 ? [{ kind: 'entries', count }] : [];
}

/** Returns what was last said of the drifts that this pass does not judge, without the repairs taken back since. */
async function openButUndecided(log: Log, ledger: Ledger, { absentDrifts }: Plan): Promise<readonly LoggedDrift[]> {
  const undecided = absentDrifts.filter(
    ({ kind, id }) => kind === 'undecided' && ledger.open.get(id)?.isRepaired !== true,
  );
  const ids = new Set(undecided.map(({ id }) => id));
  if (ids.size === 0) return [];
  const events = await log.read();
  const opened = openedBy(events);
  const byId = new Map<string, LoggedDrift>();
  for (const event of events) {
    for (const drift of opened(event)) if (ids.has(drift.id)) byId.set(drift.id, drift);
  }
  return [...byId.values()].map((drift) => withoutUndone(drift, ledger));
}

/** Returns what is so now of a drift in the log: nothing of it would be written, not even if this is a dry run. */
function withoutUndone(drift: LoggedDrift, { undone }: Ledger): LoggedDrift {
  const keys = new Set([...undone.values()].map(({ key }) => key));
  const left = drift.edits
    .map(({ entry }) => entryId(entry))
    .filter((id) => keys.has(drift.entryKeys?.[id] ?? drift.key))
    .map((id) => [id, undoneWords] as const);
  const { dryRunMessage: _, ...standing } = withoutEdits(drift, new Map(left));
  return standing;
}
