import type { Edit } from '../core/drift.ts';
import { clean } from '../core/text.ts';
import { entryId } from '../core/entry.ts';
import { exitCode, RegistryError, UsageError } from '../errors.ts';
import type { Event } from '../log/log.ts';
import type { Context } from './context.ts';
import { submittedMessage } from './history-rows.ts';
import { unknownName, type Operation } from './operation.ts';

type Intended = Extract<Event, { kind: 'intended' }>;

export const undo: Operation = {
  name: 'undo',
  summary: 'take back one repair or submitted job id, if the text it wrote is still there',
  description:
    'Without an event the last repair is taken back. It is not made again until somebody else changes the entry.',
  argument: { name: 'event', description: 'event or drift id, as `history` shows them', required: false },
  flags: [],
  async *run(context, input) {
    const repair = repairOf(await context.log().read(), input.words[0] ?? null);
    const entryHashes = await takeBack(context, repair);
    await context
      .log()
      .append([
        ...repair.drifts.flatMap((drift) => undone(drift.id, drift.edits, entryHashes)),
        ...(repair.submitted === undefined ? [] : undone(repair.event, repair.edits, entryHashes)),
      ]);
    const messages = [...repair.drifts.map((drift) => drift.message), ...submittedText(repair)].map(clean);
    yield {
      json: { event: repair.event, drifts: repair.drifts.map((drift) => drift.id), path: context.registryFile().path },
      text: ['took back:', ...messages.map((one) => `   ${one}`)].join('\n'),
      exit: exitCode.done,
    };
  },
};

/** The repair that is meant: the last one that was applied and not taken back yet. */
function repairOf(events: readonly Event[], name: string | null): Intended {
  const applied = new Map<string, string>();
  const undoneDrifts = new Set<string>();
  for (const event of events) {
    if (event.kind === 'applied') applied.set(event.of, event.event);
    if (event.kind === 'undone') undoneDrifts.add(event.drift);
  }
  const repairs = events.filter((event) => event.kind === 'intended').filter((event) => applied.has(event.event));
  const open = repairs.filter((event) => isOpen(event, undoneDrifts));
  if (name === null) {
    const last = open.at(-1);
    if (last !== undefined) return last;
    throw new UsageError('there is no repair to take back', { cure: '`asm history` shows what was done' });
  }
  // The history for people shows the first eight characters of an id.
  const isMeant = (id: string | undefined): boolean =>
    id === name || (name.length >= 8 && id?.startsWith(name) === true);
  const names = (event: Intended): boolean =>
    [event.event, applied.get(event.event), ...event.drifts.map((drift) => drift.id)].some(isMeant);
  const found = repairs.findLast(names);
  if (found === undefined) throw unknownName('repair', clean(name), '`asm history` shows their ids');
  if (!open.includes(found))
    throw new UsageError('that repair was taken back before', { cure: '`asm history` shows what was done' });
  return found;
}

/** A silent repair is nothing to take back. */
function isOpen({ event, drifts, submitted }: Intended, undoneDrifts: ReadonlySet<string>): boolean {
  if (submitted !== undefined) return !undoneDrifts.has(event);
  return drifts.some((drift) => !undoneDrifts.has(drift.id));
}

function submittedText({ submitted }: Intended): readonly string[] {
  if (submitted === undefined) return [];
  return [submittedMessage(submitted), `The job is kept: asm jobs event ${submitted.job} deleted cancels it.`];
}

/** Text hash of each entry as it stands after, by `entryId`. */
async function takeBack(context: Context, repair: Intended): Promise<Readonly<Record<string, string>>> {
  const file = context.registryFile();
  const read = await file.read({ knowsEntries: true, ours: new Set(), mayCache: false });
  if (read.kind === 'unreadable') throw new RegistryError(read.message, { where: read.where, cure: read.cure });
  if (read.kind === 'absent')
    throw new RegistryError('there is no registry', { where: file.path, cure: 'nothing to take back' });
  const taken = await file.takeBack(read.text, repair.undo);
  if (taken.kind === 'refused') {
    throw new RegistryError(`the repair cannot be taken back: ${clean(taken.reason)}`, {
      where: file.path,
      cure: 'somebody changed that text since; edit the entry by hand',
    });
  }
  const swapped = await file.swap(read.registry.hash, taken.prepared, context.signal);
  if (swapped.kind === 'swapped') return taken.prepared.entryHashes;
  const reason =
    swapped.kind === 'changed' ? 'somebody wrote it meanwhile' : `it is locked by ${swapped.holders.join(', ')}`;
  throw new RegistryError(`the registry was not written: ${clean(reason)}`, { where: file.path, cure: 'try again' });
}

function undone(drift: string, edits: readonly Edit[], entryHashes: Readonly<Record<string, string>>) {
  const entries = new Map(edits.map((edit) => [entryId(edit.entry), edit.entry]));
  return [...entries].map(([id, entry]) => ({
    kind: 'undone' as const,
    drift,
    session: entry.session,
    entryId: id,
    textHash: entryHashes[id] ?? null,
  }));
}
