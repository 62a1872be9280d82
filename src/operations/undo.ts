import { entryId } from '../core/model/entry.ts';
import { clean } from '../core/words/text.ts';
import { exitCode, RegistryError, UsageError } from '../errors.ts';
import type { Event, Undone } from '../log/log.ts';
import { commit, type Change } from '../registry/commit.ts';
import type { ReadRegistry, ReadResult, TakenBack } from '../registry/registry-file.ts';
import { settleIntended } from '../registry/settle-intended.ts';
import type { UndoAnswer } from './answers/history.ts';
import type { Context } from './context.ts';
import { unknownName } from '../system/unknown-name.ts';
import type { Operation } from './operation.ts';
import { repairsOf, type Repair } from './history/repairs.ts';

type Present = Extract<ReadResult, { kind: 'read' }>;
type Prepared = Extract<TakenBack, { kind: 'prepared' }>;

export const undo: Operation<UndoAnswer> = {
  name: 'undo',
  summary: 'take back one repair or submitted job id, if the text it wrote is still there',
  description:
    'Without an event the last repair that can be is taken back. It is not made again until you, or another writer, change the entry.',
  argument: { name: 'event', description: 'event or drift id, as `history` shows them', required: false },
  flags: [],
  async *run(context, input) {
    const ports = { log: context.log(), registryFile: context.registryFile() };
    const first = await takeBack(context, ports.registryFile.read, input.words[0] ?? null);
    // Whatever else is in the file by then, this repair is taken back, or none.
    const again = (read: ReadRegistry): Promise<UndoChange> => takeBack(context, read, first.repair.id);
    const { change } = await commit(ports, first, again, context.signal);
    const { repair, left } = change;
    const message = repair.job === null ? repair.message : `${repair.message} ${await stateOf(repair.job, context)}`;
    yield {
      json: { event: repair.event.event, drifts: [repair.id], path: context.registryFile().path, left },
      text: ['took back:', clean(message), ...left.map((reason) => `left as it is: ${reason}`)].join('\n   '),
      exit: exitCode.done,
    };
  },
};

/** Says what is with a job that no entry names any more. */
async function stateOf(job: string, context: Context): Promise<string> {
  const seen = await context.jobs().read(job);
  const cancels = `The job is kept: asm jobs event ${job} deleted cancels it.`;
  if ('blind' in seen) return cancels;
  if (seen.known === null) return 'The job is not there any more.';
  const { state } = seen.known;
  return state === 'queued' || state === 'running' ? cancels : `The job is kept: it is ${state}.`;
}

interface UndoChange extends Change {
  readonly repair: Repair;
  /** Why some of its entries are left as they are. */
  readonly left: readonly string[];
}

/**
 * Plans the undo of one repair from the present registry.
 * @param name `null`: the last that can be taken back
 */
async function takeBack(context: Context, read: ReadRegistry, name: string | null): Promise<UndoChange> {
  const log = context.log();
  const found = await read({ knowsEntries: true, registered: new Set(), mayCache: false });
  const withdraw = (job: string): Promise<void> => context.jobs().withdraw(job);
  if (found.kind !== 'unreadable') await settleIntended(log, context.registryFile(), found, withdraw);
  const { position } = await log.ledger();
  const events = await log.read();
  const repairs = repairsOf(events);
  const named = name === null ? null : repairNamed(repairs, name);
  const open = repairs.filter((repair) => !repair.isUndone);
  if (open.length === 0) throw new UsageError('there is no repair to take back', { cure: historyCure });
  const file = present(found, context);
  const { repair, taken } = await possible(context, file.text, named, open);
  const undone = undoneEvents(events, repair, file, taken);
  const left = taken.left.map(({ reason }) => clean(reason));
  const { prepared } = taken;
  return { read: file, position, prepared, intent: { drifts: [], edits: [], undone }, events: [], repair, left };
}

const historyCure = '`asm history` shows what was done';

function repairNamed(repairs: readonly Repair[], name: string): Repair {
  const found = repairs.filter(({ names }) => names.some((id) => isMeant(id, name)));
  const [first] = found;
  if (first === undefined) throw unknownName('repair', name, repairs.map(shortId), '`asm history` shows their ids');
  // Newest first: if a repair was made twice, the last one is meant.
  const open = found.filter(({ id, isUndone }, at) => !isUndone && found.findIndex((one) => one.id === id) === at);
  if (open.length > 1) {
    throw new UsageError(`that event wrote ${open.length} repairs`, {
      cure: `name one of them by its drift: ${open.map(shortId).join(', ')}`,
    });
  }
  if (open[0] === undefined) throw new UsageError('that repair was taken back before', { cure: historyCure });
  return open[0];
}

/** How much of an id the history shows to people. */
const idLength = 8;

function shortId({ id }: Repair): string {
  return id.slice(0, idLength);
}

function isMeant(id: string, name: string): boolean {
  return id === name || (name.length >= idLength && id.startsWith(name));
}

function present(read: ReadResult, context: Context): Present {
  if (read.kind === 'read') return read;
  if (read.kind === 'unreadable') throw new RegistryError(read.message, { where: read.where, cure: read.cure });
  throw new RegistryError('there is no registry', {
    where: context.registryFile().path,
    cure: 'nothing to take back',
  });
}

interface Possible {
  readonly repair: Repair;
  readonly taken: Prepared;
}

/**
 * Finds the named repair, or the last that can be taken back: a repair whose text was changed since holds up no other.
 */
async function possible(
  context: Context,
  text: string,
  named: Repair | null,
  open: readonly Repair[],
): Promise<Possible> {
  const file = context.registryFile();
  let refusal: string | null = null;
  let other: Repair | null = null;
  for (const repair of named === null ? open : [named, ...open]) {
    const taken = await file.takeBack(text, repair.toTakeBack);
    if (taken.kind === 'refused') refusal ??= taken.reason;
    else if (named === null || repair === named) return { repair, taken };
    else other ??= repair;
  }
  const next =
    other === null ? 'no other repair can be taken back' : `another can be taken back: asm undo ${shortId(other)}`;
  throw new RegistryError(`the repair cannot be taken back: ${clean(refusal ?? 'it wrote nothing')}`, {
    where: file.path,
    cure: `edit the entry by hand; ${next}`,
  });
}

/**
 * Returns the `undone` events. The undo's own write must not count as a user's edit, so repairs of the same entries
 * that were taken back before stay taken back.
 */
function undoneEvents(
  events: readonly Event[],
  { id: repair, entries, keyOf }: Repair,
  { registry }: Present,
  { prepared, left }: Prepared,
): Undone[] {
  const changed = new Set(left.map((one) => one.entryId));
  const hashes = new Map(registry.entries.map((entry) => [entryId(entry), entry.textHash]));
  return [...entries].flatMap(([id, session]): Undone[] => {
    if (changed.has(id)) return [];
    const before = events.filter((event) => event.kind === 'undone').filter((event) => event.entryId === id);
    const standing = before.filter((event) => event.textHash === hashes.get(id));
    const own = { drift: repair, key: keyOf(id) ?? undefined };
    const keys = new Map(
      [...standing, own].map(({ key, drift }) => [key ?? drift, { drift, ...(key === undefined ? {} : { key }) }]),
    );
    const textHash = prepared.entryHashes[id] ?? null;
    return [...keys.values()].map((one) => ({ kind: 'undone', ...one, session, entryId: id, textHash }));
  });
}
