import { entryId } from '../core/entry.ts';
import { clean } from '../core/text.ts';
import { exitCode, RegistryError, UsageError } from '../errors.ts';
import type { Event, NewEvent } from '../log/log.ts';
import { lockedError } from '../registry/locked.ts';
import type { ReadResult, TakenBack } from '../registry/registry-file.ts';
import type { Context } from './context.ts';
import { unknownName, type Operation } from './operation.ts';
import { repairsOf, type Repair } from './repairs.ts';

type Readable = Extract<ReadResult, { kind: 'read' }>;
type Prepared = Extract<TakenBack, { kind: 'prepared' }>;

export const undo: Operation = {
  name: 'undo',
  summary: 'take back one repair or submitted job id, if the text it wrote is still there',
  description:
    'Without an event the last repair that can be is taken back. It is not made again until somebody else changes the entry.',
  argument: { name: 'event', description: 'event or drift id, as `history` shows them', required: false },
  flags: [],
  async *run(context, input) {
    const events = await context.log().read();
    const repairs = repairsOf(events);
    const named = input.words[0] === undefined ? null : repairNamed(repairs, input.words[0]);
    const open = repairs.filter((repair) => !repair.isUndone);
    if (open.length === 0) throw new UsageError('there is no repair to take back', { cure: historyCure });
    const read = await registryOf(context);
    const { repair, taken } = await possible(context, read.text, named, open);
    await write(context, read, taken);
    await context.log().append(undoneEvents(events, repair, read, taken));
    const left = taken.left.map(({ reason }) => clean(reason));
    yield {
      json: { event: repair.event.event, drifts: [repair.id], path: context.registryFile().path, left },
      text: ['took back:', clean(repair.message), ...left.map((reason) => `left as it is: ${reason}`)].join('\n   '),
      exit: exitCode.done,
    };
  },
};

const historyCure = '`asm history` shows what was done';

function repairNamed(repairs: readonly Repair[], name: string): Repair {
  const found = repairs.filter(({ names }) => names.some((id) => isMeant(id, name)));
  const [first] = found;
  if (first === undefined) throw unknownName('repair', clean(name), '`asm history` shows their ids');
  const open = found.filter(({ isUndone }) => !isUndone);
  if (open.length > 1) {
    throw new UsageError(`that event wrote ${open.length} repairs`, {
      cure: `name one of them by its drift: ${open.map(shortId).join(', ')}`,
    });
  }
  if (open[0] === undefined) throw new UsageError('that repair was taken back before', { cure: historyCure });
  return open[0];
}

/** The history for people shows so much of an id. */
const idLength = 8;

function shortId({ id }: Repair): string {
  return id.slice(0, idLength);
}

function isMeant(id: string, name: string): boolean {
  return id === name || (name.length >= idLength && id.startsWith(name));
}

async function registryOf(context: Context): Promise<Readable> {
  const file = context.registryFile();
  const read = await file.read({ knowsEntries: true, ours: new Set(), mayCache: false });
  if (read.kind === 'unreadable') throw new RegistryError(read.message, { where: read.where, cure: read.cure });
  if (read.kind === 'read') return read;
  throw new RegistryError('there is no registry', { where: file.path, cure: 'nothing to take back' });
}

interface Possible {
  readonly repair: Repair;
  readonly taken: Prepared;
}

/** The one that was named, or the last that can be: one whose text somebody changed since holds up no other. */
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

async function write(context: Context, read: Readable, { prepared }: Prepared): Promise<void> {
  const file = context.registryFile();
  const swapped = await file.swap(read.registry.hash, prepared, context.signal);
  if (swapped.kind === 'swapped') return;
  if (swapped.kind === 'locked') throw lockedError(swapped);
  throw new RegistryError('the registry was not written: somebody wrote it meanwhile', {
    where: file.path,
    cure: 'try again',
  });
}

/** Our own writing is nobody's change: what was taken back from the same entries before stays so. */
function undoneEvents(
  events: readonly Event[],
  { id: repair, entries, keyOf }: Repair,
  { registry }: Readable,
  { prepared, left }: Prepared,
): NewEvent[] {
  const changed = new Set(left.map((one) => one.entryId));
  const hashes = new Map(registry.entries.map((entry) => [entryId(entry), entry.textHash]));
  return [...entries].flatMap(([id, session]): NewEvent[] => {
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
