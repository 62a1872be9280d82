import { adopt } from '../place/adoption.ts';
import { driftKinds, kindOf } from '../drift/index.ts';
import { isKeyOf } from '../drift/key.ts';
import { isOdd } from '../drift/registry-unreadable.ts';
import type { Drift, DriftKindName, Edit } from '../model/drift.ts';
import { entryId, keyOf } from '../model/entry.ts';
import { groupBy } from '../model/group.ts';
import type { Deferred, LookAgain, Plan, PlanInput } from '../model/plan.ts';
import { remember } from './remember.ts';
import { textSince } from '../place/last-changed.ts';
import { memoryOf } from '../place/ownership.ts';
import { sightings } from './sightings.ts';
import { silentEdits } from './silent-edits.ts';
import { undecidedIn } from './undecided.ts';
import type { EntryView, View } from '../model/view.ts';
import { viewOf } from './judge.ts';

/**
 * What drifted and what to write, from what was read, seen and remembered. Nothing is done. Where another look is
 * asked for, everything that depends on it is left out: each plan may be carried out as it stands.
 */
export function plan(asked: PlanInput): Plan {
  const { input, adopted, edits: hostEdits } = adopt(asked);
  const deferrals = new Deferrals();
  const view = viewOf(input, (deferred) => deferrals.add(deferred, false));
  const settling = groupBy(settlingEntries(view), ({ entry }) => entry.session);
  const { path } = input.registry;

  const drifts: Drift[] = [];
  for (const kind of driftKinds) {
    const defer = (deferred: Deferred): void => deferrals.add(deferred, kind.isWaitedFor === true);
    const scoped: View = { ...view, defer };
    for (const difference of kind.detect(scoped)) {
      const drift = { ...difference, kind: kind.name, class: kind.class };
      const deferred = settling
        .get(drift.session ?? '')
        ?.find(({ entry }) => isKeyOf(drift.key, path, drift.kind, entry));
      if (deferred === undefined) drifts.push(writable(drift, view, deferrals));
      else defer(deferred);
    }
  }
  deferMassEvent(view, deferrals);

  const ordered = inOrderOfRegistry(drifts, input);
  const deferred = deferrals.all();
  const nextMemory = remember(view, ordered);
  return {
    drifts: ordered,
    silentEdits: [...silentEdits(view, ordered), ...hostEdits.filter((edit) => view.heldBack('', [edit]) === null)],
    undecided: undecidedIn(view, deferred),
    resolvedMessage: (open) => kindOf(open.kind)?.resolvedMessage?.(open, view) ?? null,
    verdicts: view.verdicts,
    deferred,
    blind: view.blind,
    lookAgain: view.confirm === null ? deferrals.settle(input.now) : { kind: 'confirm', ...view.confirm },
    tombstones: [...view.tombstones].map(([incarnation, session]) => ({ incarnation, session })),
    seen: sightings(view, ordered, nextMemory),
    adopted,
    nextMemory,
  };
}

class Deferrals {
  readonly #byWhat = new Map<string, Deferred>();
  #settledAt: number | null = null;
  #waiting = new Set<string>();

  /** @param isWaitedFor by a single pass, instead of leaving it to the next one */
  add(deferred: Deferred, isWaitedFor: boolean): void {
    const id = entryId(deferred.entry);
    this.#byWhat.set(`${id}\u0000${deferred.reason}`, deferred);
    if (!isWaitedFor || deferred.until === null) return;
    this.#settledAt = Math.max(this.#settledAt ?? 0, deferred.until);
    this.#waiting.add(id);
  }

  all(): readonly Deferred[] {
    return [...this.#byWhat.values()];
  }

  settle(now: number): LookAgain | null {
    if (this.#settledAt === null) return null;
    const count = this.#waiting.size;
    const because = `settle ${count} ${count === 1 ? 'session' : 'sessions'} that changed just now`;
    return { kind: 'settle', afterMs: Math.max(1, this.#settledAt - now), because };
  }
}

/** Entries that somebody has just touched. */
function settlingEntries(view: View): readonly Deferred[] {
  const { input } = view;
  const settling = view.entries.flatMap((one) => settlingEntry(one) ?? []);
  const typing = view.leftAlone.filter(isOdd).flatMap((entry) => {
    const until = textSince(entry, memoryOf(entry, input), input) + input.settings.settleMs;
    const deferred = { entry: keyOf(entry), reason: 'entry is being typed', until };
    return input.now < until ? [deferred] : [];
  });
  return [...settling, ...typing];
}

function settlingEntry({ entry, unsettled, settledAt }: EntryView): Deferred | null {
  return unsettled === null ? null : { entry: keyOf(entry), reason: unsettled, until: settledAt };
}

/** Drops the edits of each entry whose repair is held back; the drift itself is still told. */
function writable(drift: Drift, view: View, deferrals: Deferrals): Drift {
  if (drift.edits.length === 0) return drift;
  const byEntry = groupBy(drift.edits, (edit) => entryId(edit.entry));
  const kept: Edit[] = [];
  for (const [id, edits] of byEntry) {
    const held = view.heldBack(drift.entryKeys?.[id] ?? drift.key, edits);
    const [first] = edits;
    if (held === null) kept.push(...edits);
    else if (held.by === 'form' && first !== undefined) {
      deferrals.add({ entry: first.entry, reason: held.words, until: null }, false);
    }
  }
  return kept.length === drift.edits.length ? drift : { ...drift, edits: kept };
}

/** One event for all: those that changed just now hold the others up. */
function deferMassEvent(view: View, deferrals: Deferrals): void {
  if (view.confirm !== null) return;
  for (const one of view.entries) {
    const deferred = settlingEntry(one);
    if (deferred === null || one.verdict.liveness !== 'gone' || !view.awaitsCause.has(entryId(one.entry))) continue;
    deferrals.add(deferred, true);
  }
}

/** Those about no entry last; the order of the kinds within one. */
function inOrderOfRegistry(drifts: readonly Drift[], input: PlanInput): readonly Drift[] {
  const places = new Map(input.registry.entries.map((entry, index) => [entry.session, index]));
  const place = (drift: Drift): number => places.get(drift.session ?? '') ?? places.size;
  return drifts.toSorted((one, other) => place(one) - place(other) || kindIndex(one.kind) - kindIndex(other.kind));
}

function kindIndex(name: DriftKindName): number {
  const kind = kindOf(name);
  return kind === null ? driftKinds.length : driftKinds.indexOf(kind);
}
