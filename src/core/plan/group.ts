import type { Evidence } from '../model/drift.ts';
import { driftKey } from '../drift/key.ts';
import { deathKey } from '../drift/termination.ts';
import { entryId } from '../model/entry.ts';
import { compare } from '../model/compare.ts';
import type { PlanInput } from '../model/plan.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, MassEvent } from '../model/view.ts';

/** A mass of deaths is looked at once more so long after; ms. */
export const massConfirmAfterMs = 1000;

export interface MassLook {
  /** Decided now, or told before and not settled yet. */
  readonly events: readonly MassEvent[];
  /** Entries (by `entryId`) of an event that is not decided yet. */
  readonly awaitsCause: ReadonlySet<string>;
  /** Those, and the entries of the events. */
  readonly claimed: ReadonlySet<string>;
  readonly confirm: { readonly afterMs: number; readonly because: string } | null;
}

/** One entry that says running, and is not there. */
export interface Missing {
  readonly view: EntryView;
  readonly serverGone: boolean;
}

/** Many entries gone at once: never believed at first sight, and told as one event where they have one cause. */
export function massOf(gone: readonly Missing[], running: number, input: PlanInput): MassLook {
  const { path } = input.registry;
  const told = new Set([...input.ledger.open.values()].map(({ key }) => key));
  const standing = standingEvents(gone, input);
  const isTold = ({ view }: Missing): boolean =>
    told.has(deathKey(view, path)) || standing.some(({ entries }) => entries.includes(view));
  // A death that stands told, its repair held back, belongs to no later event.
  const missing = gone.filter((one) => !isTold(one));
  const { event, pending, confirm } = laterEvent(missing, running - (gone.length - missing.length), input);
  const events = event === null ? standing : [...standing, event];
  const awaitsCause = idsOf(pending);
  return {
    events,
    awaitsCause,
    claimed: new Set([...awaitsCause, ...idsOf(events.flatMap(({ entries }) => entries))]),
    confirm,
  };
}

/** Events that are open, with what is left of them: held back, refused, or taken back. */
function standingEvents(gone: readonly Missing[], { ledger, registry }: PlanInput): readonly MassEvent[] {
  return [...ledger.open.values()].flatMap(({ key, kind, entryKeys }): readonly MassEvent[] => {
    if (entryKeys === undefined || (kind !== 'host-rebooted' && kind !== 'tmux-server-died')) return [];
    const left = gone.filter(({ view }) => entryKeys[entryId(view.entry)] === deathKey(view, registry.path));
    const entries = inOrder(left.map(({ view }) => view));
    return entries.length === 0 ? [] : [{ kind, key, entries, evidence: evidenceOf(entries) }];
  });
}

interface LaterEvent {
  readonly event: MassEvent | null;
  readonly pending: readonly EntryView[];
  readonly confirm: MassLook['confirm'];
}

function laterEvent(missing: readonly Missing[], running: number, input: PlanInput): LaterEvent {
  const orphans = missing.filter((one) => one.serverGone).map((one) => one.view);
  if (orphans.length >= 2) return serverEvent(orphans, input);
  const mostOfThem = running >= 3 && missing.length * 2 > running;
  if (!mostOfThem || input.looksAgain > 0) return { event: null, pending: [], confirm: null };
  return {
    event: null,
    pending: missing.map((one) => one.view),
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

function inOrder(views: readonly EntryView[]): readonly EntryView[] {
  return views.toSorted((one, other) => compare(entryId(one.entry), entryId(other.entry)));
}

function withCause(entries: readonly EntryView[], input: PlanInput): MassEvent {
  const { boot, at } = input.observation;
  const evidence = evidenceOf(entries);
  // The incarnation, by boot id or the servers that died, tells this event from the next.
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
  // What stands held back since the last boot must not make a reboot of the next server's death.
  const lastBoots = entries
    .map(({ memory }) => memory?.bootId ?? input.formerMemory.bootId)
    .filter((id) => id !== null);
  if (lastBoots.length > 0) return lastBoots.every((id) => id !== boot.id);
  const { mtime } = input.registry;
  if (mtime !== null && mtime < boot.bootedAt) return true;
  return entries.every(({ entry }) => entry.createdAt !== null && entry.createdAt < boot.bootedAt);
}

function idsOf(views: readonly EntryView[]): ReadonlySet<string> {
  return new Set(views.map((view) => entryId(view.entry)));
}

function evidenceOf(entries: readonly EntryView[]): readonly Evidence[] {
  const evidence = entries.flatMap((view) => view.verdict.evidence).filter((one) => one.source !== 'proc');
  const bySaying = new Map(evidence.map((one) => [`${one.source} ${one.said}`, one]));
  return [...bySaying.entries()].toSorted(([one], [other]) => compare(one, other)).map(([, said]) => said);
}
