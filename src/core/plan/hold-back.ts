import { isKeyOf } from '../drift/key.ts';
import { isOdd } from '../drift/registry-unreadable.ts';
import { textSince } from '../place/last-changed.ts';
import { memoryOf } from '../place/session-of-entry.ts';
import type { Detected, Drift, Edit } from '../model/drift.ts';
import { entryId, keyOf, type Entry } from '../model/entry.ts';
import { groupBy } from '../model/group-by.ts';
import type { Deferred, Plan } from '../model/plan.ts';
import type { View } from '../model/view.ts';
import { Deferrals } from './deferrals.ts';
import { Obstacles, type Obstacle } from './pins-and-undos.ts';
import { messagesOf } from './drift-messages.ts';
import { silentEdits } from './silent-edits.ts';

/**
 * Holds back what may not be decided or written yet.
 *
 * 1. A difference of an entry or a session that changed just now is deferred as a whole: it is not told either.
 * 2. A repair that a pin, an undo or an anchor forbids is not written. Its drift is told, and says why.
 * 3. A silent edit has no drift: if something forbids it, it is left out silently.
 */
export function holdBack(
  differences: readonly Detected[],
  hostEdits: readonly Edit[],
  view: View,
): Pick<Plan, 'drifts' | 'silentEdits' | 'deferred' | 'lookAgain'> {
  const deferrals = new Deferrals();
  const obstacles = new Obstacles(view.input);
  const settled = withoutUnsettled(differences, view, deferrals);
  const drifts = settled.map((difference) => writable(difference, obstacles, deferrals));
  deferMassEvent(view, deferrals);
  return {
    drifts,
    silentEdits: [
      ...silentEdits(view, drifts, obstacles),
      ...hostEdits.filter((edit) => obstacles.against('', [edit]) === null),
    ],
    deferred: deferrals.all(),
    lookAgain: view.confirm === null ? deferrals.lookAgain(view.input.now) : { kind: 'confirm', ...view.confirm },
  };
}

/** Leaves out the differences of entries and sessions that changed just now, and notes until when. */
function withoutUnsettled(differences: readonly Detected[], view: View, deferrals: Deferrals): readonly Detected[] {
  const { path } = view.input.registry;
  const unsettled = groupBy(unsettledEntries(view), ({ entry }) => entry.session);
  const newcomers = groupBy(view.newcomers.flatMap(deferredOf), ({ entry }) => entry.session);
  return differences.filter((difference) => {
    const isNew = difference.edits.some(({ op }) => op === 'register');
    const deferred = (isNew ? newcomers : unsettled)
      .get(difference.session ?? '')
      ?.find(({ entry }) => isKeyOf(difference.key, path, difference.kind, entry));
    if (deferred === undefined) return true;
    deferrals.add(deferred);
    return false;
  });
}

function unsettledEntries(view: View): readonly Deferred[] {
  const { input } = view;
  const typing = view.leftAlone.filter(isOdd).flatMap((entry) => {
    const until = textSince(entry, memoryOf(entry, input), input) + input.settings.settleMs;
    return input.now < until ? [{ entry: keyOf(entry), reason: 'entry is being typed', until }] : [];
  });
  return [...view.entries.flatMap(deferredOf), ...typing];
}

interface Settling {
  readonly entry: Entry;
  readonly unsettled: string | null;
  readonly settledAt: number;
}

function deferredOf({ entry, unsettled, settledAt }: Settling): readonly Deferred[] {
  return unsettled === null ? [] : [{ entry: keyOf(entry), reason: unsettled, until: settledAt }];
}

/** Drops the edits of each entry that an obstacle forbids; the drift itself is still told. */
function writable({ sentence, ...difference }: Detected, obstacles: Obstacles, deferrals: Deferrals): Drift {
  const kept: Edit[] = [];
  const held: Obstacle[] = [];
  for (const [id, edits] of groupBy(difference.edits, ({ entry }) => entryId(entry))) {
    const obstacle = obstacles.against(difference.entryKeys?.[id] ?? difference.key, edits);
    if (obstacle === null) kept.push(...edits);
    else held.push(obstacle);
  }
  for (const { by, entry, words } of held) {
    if (by === 'form') deferrals.add({ entry, reason: words, until: null });
  }
  const edits = held.length === 0 ? difference.edits : kept;
  return { ...difference, edits, ...messagesOf(sentence, { ...difference, edits }, held) };
}

/** Defers a mass event: one event is told for all its entries, so entries that changed just now hold the others up. */
function deferMassEvent(view: View, deferrals: Deferrals): void {
  if (view.confirm !== null) return;
  for (const one of view.entries) {
    if (one.verdict.liveness !== 'gone' || !view.awaitsCause.has(entryId(one.entry))) continue;
    for (const deferred of deferredOf(one)) deferrals.add(deferred);
  }
}
