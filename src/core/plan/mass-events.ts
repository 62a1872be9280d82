import type { EntryId } from '../model/branded.ts';
import type { Evidence } from '../model/drift.ts';
import { driftKey } from '../drift/key.ts';
import { deathKey, terminationEdits } from '../drift/termination.ts';
import { entryId } from '../model/entry.ts';
import { compare } from '../model/compare.ts';
import type { PlanInput } from '../model/plan.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, Groups, MassEvent } from '../model/view.ts';
import { confirmAfterMs } from '../place/is-session-gone.ts';
import { Obstacles } from './pins-and-undos.ts';

/** How long after a mass of deaths the second observation comes; ms. */
const massConfirmAfterMs = 1000;

/**
 * Groups deaths that have one cause.
 *
 *     running entries that are missing now
 *      |- told before, and not settled ------------> stay with their event, or are told on their own
 *      |- at least two whose server is gone -------> look once more: one event, a reboot or the server's death
 *      |- more than half of at least three --------> look once more: each is told on its own
 *      `- absent, with no process to ask ----------> look once more: each is told on its own
 *
 * 1. A mass of deaths is never believed at first sight.
 * 2. While a cause is looked for, nothing is said of an entry that it may explain.
 * 3. A renamed session is not gone, even if another session has its former name.
 * 4. An entry whose repair nothing holds back any more leaves an event that still holds others back: else the repair of
 *    one would tell of all of them again.
 */
export function group(entries: readonly EntryView[], input: PlanInput): Groups {
  const running = entries.filter(({ entry }) => entry.status === 'running');
  const gone = running.filter(({ absence }) => absence?.liveness === 'gone' || absence?.unconfirmed === true);
  const told = new Set([...input.ledger.open.values()].map(({ key }) => key));
  const events = standingEvents(gone, input);
  const explained = new Set(events.flatMap((event) => event.entries));
  const standing = events.map((event) => withoutFreed(event, input));
  // A death that was told, with its repair held back, belongs to no later event.
  const missing = gone.filter((one) => !told.has(deathKey(one, input.registry.path)) && !explained.has(one));
  const { event, pending, confirm } = laterEvent(missing, running.length - (gone.length - missing.length), input);
  const massEvents = event === null ? standing : [...standing, event];
  const awaitsCause = idsOf(pending);
  const renamed = entries.filter(({ moved }) => moved);
  return {
    massEvents,
    awaitsCause,
    claimed: new Set([...awaitsCause, ...idsOf([...massEvents.flatMap((one) => one.entries), ...renamed])]),
    confirm: confirm ?? confirmAbsence(running),
  };
}

/** Returns the open events with their remaining entries: held back, refused, or taken back. */
function standingEvents(gone: readonly EntryView[], { ledger, registry }: PlanInput): readonly MassEvent[] {
  return [...ledger.open.values()].flatMap(({ key, kind, entryKeys }): readonly MassEvent[] => {
    if (entryKeys === undefined || (kind !== 'host-rebooted' && kind !== 'tmux-server-died')) return [];
    const entries = inOrder(gone.filter((one) => entryKeys[entryId(one.entry)] === deathKey(one, registry.path)));
    return entries.length === 0 ? [] : [{ kind, key, entries, evidence: evidenceOf(entries) }];
  });
}

function withoutFreed(event: MassEvent, input: PlanInput): MassEvent {
  const obstacles = new Obstacles(input);
  const held = event.entries.filter(
    (one) =>
      obstacles.against(deathKey(one, input.registry.path), terminationEdits(one.entry, input.observation.at)) !== null,
  );
  return held.length === 0 ? event : { ...event, entries: held, evidence: evidenceOf(held) };
}

interface LaterEvent {
  readonly event: MassEvent | null;
  readonly pending: readonly EntryView[];
  readonly confirm: Groups['confirm'];
}

function laterEvent(missing: readonly EntryView[], running: number, input: PlanInput): LaterEvent {
  const orphans = missing.filter(({ absence }) => (absence?.serverGone ?? null) !== null);
  if (orphans.length >= 2) return serverEvent(orphans, input);
  const mostOfThem = running >= 3 && missing.length * 2 > running;
  if (!mostOfThem || input.looksAgain > 0) return { event: null, pending: [], confirm: null };
  return {
    event: null,
    pending: missing,
    confirm: { afterMs: massConfirmAfterMs, because: `${missing.length} of ${running} sessions are gone at once` },
  };
}

function serverEvent(orphans: readonly EntryView[], input: PlanInput): LaterEvent {
  if (input.looksAgain === 0) {
    const because = `${orphans.length} sessions are gone with their tmux server`;
    return { event: null, pending: orphans, confirm: { afterMs: massConfirmAfterMs, because } };
  }
  // One event for all: it waits until the last of them is settled.
  const settled = orphans.every((view) => view.unsettled === null && view.verdict.liveness === 'gone');
  if (!settled) return { event: null, pending: orphans, confirm: null };
  return { event: withCause(inOrder(orphans), input), pending: [], confirm: null };
}

function confirmAbsence(running: readonly EntryView[]): Groups['confirm'] {
  const unconfirmed = running.filter(({ absence }) => absence?.unconfirmed === true).length;
  if (unconfirmed === 0) return null;
  return { afterMs: confirmAfterMs, because: `${unconfirmed} absent with no pid to ask` };
}

function inOrder(views: readonly EntryView[]): readonly EntryView[] {
  return views.toSorted((one, other) => compare(entryId(one.entry), entryId(other.entry)));
}

function withCause(entries: readonly EntryView[], input: PlanInput): MassEvent {
  const { boot, at } = input.observation;
  const evidence = evidenceOf(entries);
  // The incarnation (the boot id, or the servers that died) tells this event from the next.
  const keyOf = (kind: MassEvent['kind'], incarnation: readonly string[]): string =>
    driftKey(input.registry.path, kind, null, [...incarnation, ...entries.map(({ entry }) => entryId(entry))]);
  if ('known' in boot && bootedSince(entries, boot.known, input)) {
    const said = `booted at ${isoSeconds(boot.known.bootedAt)}`;
    return {
      kind: 'host-rebooted',
      key: keyOf('host-rebooted', [boot.known.id]),
      entries,
      evidence: [{ source: 'boot', said, at }, ...evidence],
    };
  }
  const servers = entries.flatMap(({ memory }) =>
    memory?.seen == null ? [] : [`${memory.seen.socket} ${memory.seen.serverPid} ${memory.seen.serverStart}`],
  );
  const key = keyOf('tmux-server-died', [...new Set(servers)].toSorted());
  return { kind: 'tmux-server-died', key, entries, evidence };
}

function bootedSince(
  entries: readonly EntryView[],
  boot: { readonly id: string; readonly bootedAt: number },
  input: PlanInput,
): boolean {
  // An entry that is held back since the last boot must not turn the death of the next server into a reboot.
  const lastBoots = entries
    .map(({ memory }) => memory?.bootId ?? input.formerMemory.bootId)
    .filter((id) => id !== null);
  if (lastBoots.length > 0) return lastBoots.every((id) => id !== boot.id);
  const { mtime } = input.registry;
  if (mtime !== null && mtime < boot.bootedAt) return true;
  return entries.every(({ entry }) => entry.createdAt !== null && entry.createdAt < boot.bootedAt);
}

function idsOf(views: readonly EntryView[]): ReadonlySet<EntryId> {
  return new Set(views.map((view) => entryId(view.entry)));
}

function evidenceOf(entries: readonly EntryView[]): readonly Evidence[] {
  const evidence = entries
    .flatMap(({ verdict, absence }) => [...verdict.evidence, ...(absence?.serverGone ?? [])])
    .filter((one) => one.source !== 'proc');
  const bySaying = new Map(evidence.map((one) => [`${one.source} ${one.said}`, one]));
  return [...bySaying.entries()].toSorted(([one], [other]) => compare(one, other)).map(([, said]) => said);
}
