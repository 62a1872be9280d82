import type { Evidence } from './drift.ts';
import { driftKey } from './drift/key.ts';
import { deathKey } from './drift/termination.ts';
import { entryId } from './entry.ts';
import { compare } from './ownership.ts';
import type { PlanInput } from './plan.ts';
import { isoSeconds } from './time.ts';
import type { EntryView, MassEvent } from './view.ts';

/** A mass of deaths is looked at once more so long after; ms. */
export const massConfirmAfterMs = 1000;

export interface MassLook {
  readonly event: MassEvent | null;
  /** Entries (by `entryId`) that the event, or the look it still needs, takes from `session-gone`. */
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
  const told = new Set([...input.ledger.open.values()].map(({ key }) => key));
  // A death that stands told, its repair held back, belongs to no later event.
  const missing = gone.filter(({ view }) => !told.has(deathKey(view, input.registry.path)));
  const runningCount = running - (gone.length - missing.length);
  const orphans = missing.filter((one) => one.serverGone).map((one) => one.view);
  if (orphans.length >= 2) return serverEvent(orphans, input);
  const mostOfThem = runningCount >= 3 && missing.length * 2 > runningCount;
  if (!mostOfThem || input.looksAgain > 0) return nothing;
  return {
    event: null,
    claimed: idsOf(missing.map((one) => one.view)),
    confirm: { afterMs: massConfirmAfterMs, because: `${missing.length} of ${runningCount} sessions are gone at once` },
  };
}

/** The canonical key of a mass event. */
export function massKey(event: MassEvent, input: PlanInput): string {
  const sessions = event.entries.map((view) => entryId(view.entry));
  return driftKey(input.registry.path, event.kind, null, [...event.incarnation, ...sessions]);
}

const nothing: MassLook = { event: null, claimed: new Set(), confirm: null };

function serverEvent(orphans: readonly EntryView[], input: PlanInput): MassLook {
  const claimed = idsOf(orphans);
  const event = withCause(
    orphans.toSorted((one, other) => compare(entryId(one.entry), entryId(other.entry))),
    input,
  );
  // What stands told and held back needs no second look in every pass.
  const known = new Set([...input.ledger.open.values()].map((open) => open.key)).has(massKey(event, input));
  if (input.looksAgain === 0 && !known) {
    const because = `${orphans.length} sessions are gone with their tmux server`;
    return { event: null, claimed, confirm: { afterMs: massConfirmAfterMs, because } };
  }
  // One event for all: it waits until the last of them is settled.
  const settled = orphans.every((view) => view.unsettled === null && view.verdict.liveness === 'gone');
  return { event: settled ? event : null, claimed, confirm: null };
}

function withCause(entries: readonly EntryView[], input: PlanInput): MassEvent {
  const { boot, at } = input.observation;
  const evidence = distinct(entries.flatMap((view) => view.verdict.evidence).filter((one) => one.source !== 'proc'));
  if ('known' in boot && bootedSince(entries, boot.known, input)) {
    const said = `booted at ${isoSeconds(boot.known.bootedAt)}`;
    return {
      kind: 'host-rebooted',
      entries,
      incarnation: [boot.known.id],
      evidence: [{ source: 'boot', said, at }, ...evidence],
    };
  }
  const servers = entries.flatMap(({ memory }) =>
    memory?.seen == null ? [] : [`${memory.seen.socket} ${memory.seen.serverPid} ${memory.seen.serverStart}`],
  );
  return { kind: 'tmux-server-died', entries, incarnation: [...new Set(servers)].toSorted(), evidence };
}

function bootedSince(
  entries: readonly EntryView[],
  boot: { readonly id: string; readonly bootedAt: number },
  input: PlanInput,
): boolean {
  // What stands held back since the last boot must not make a reboot of the next server's death.
  const lastBoots = entries.map(({ memory }) => memory?.bootId ?? input.lastLook.bootId).filter((id) => id !== null);
  if (lastBoots.length > 0) return lastBoots.every((id) => id !== boot.id);
  const { mtime } = input.registry;
  if (mtime !== null && mtime < boot.bootedAt) return true;
  return entries.every(({ entry }) => entry.createdAt !== null && entry.createdAt < boot.bootedAt);
}

function idsOf(views: readonly EntryView[]): ReadonlySet<string> {
  return new Set(views.map((view) => entryId(view.entry)));
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  const bySaying = new Map(evidence.map((one) => [`${one.source} ${one.said}`, one]));
  return [...bySaying.entries()].toSorted(([one], [other]) => compare(one, other)).map(([, said]) => said);
}
