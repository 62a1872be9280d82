import type { Incarnation } from '../model/branded.ts';
import type { PlanInput } from '../model/plan.ts';
import { groupBy } from '../model/group-by.ts';
import type { EntryView, FoundSession, Newcomer } from '../model/view.ts';
import { identityOf } from '../identity/ladder.ts';
import { sharesFolder } from '../identity/shared-folder.ts';
import type { Claims } from '../identity/subject.ts';
import { newcomerEntry, namedBy } from '../place/newcomer.ts';
import { bornAt, changedAgo, incarnationOf, lastChangeOf } from '../place/last-changed.ts';
import { byAge, isViewOf } from '../place/pane-homes.ts';
import { paneOf } from '../place/pane-of-entry.ts';
import { notProven } from '../identity/not-proven.ts';
import { clean } from '../words/text.ts';

/** Returns the sessions without an entry whose names match the pattern, each with the entry it would get. */
export function newcomersIn(
  unowned: readonly FoundSession[],
  tombstones: ReadonlyMap<Incarnation, string>,
  claims: Claims,
  input: PlanInput,
): readonly Newcomer[] {
  return unowned
    .filter(({ session }) => namedBy(session.name, input.settings) !== null)
    .map((where) => newcomerOf(where, tombstones, claims, input));
}

function newcomerOf(
  where: FoundSession,
  tombstones: ReadonlyMap<Incarnation, string>,
  claims: Claims,
  input: PlanInput,
): Newcomer {
  const entry = newcomerEntry(where, input);
  const paneState = paneOf(where, entry, null, input.observation);
  const agentProcess = paneState?.agentProcess ?? null;
  const textSince = bornAt(where, input);
  const identity = identityOf({
    entry,
    paneState,
    absence: null,
    socket: where.socket,
    memory: null,
    input,
    claims,
    textSince,
  });
  const change = lastChangeOf(where, null, null, input);
  const settledAt = change.at + input.settings.settleMs;
  const incarnation = incarnationOf(where);
  return {
    where,
    entry,
    // Another server may belong to another project, or to a test.
    mayRegister:
      !input.observation.foundSockets.has(where.socket) &&
      !input.ledger.tombstones.has(incarnation) &&
      !tombstones.has(incarnation),
    agentProcess,
    identity,
    sharesFolder: sharesFolder(entry.agent, agentProcess, identity, claims),
    settledAt,
    unsettled: input.now < settledAt ? changedAgo(0, change, input.now) : null,
  };
}

/**
 * Takes the conversation from each entry whose session only shows the panes of an older session that gets an entry now.
 * The agent belongs to the older session. If the conversation stayed with the view, the next pass would move it.
 */
export function withoutViewsOfNewcomers(
  views: readonly EntryView[],
  newcomers: readonly Newcomer[],
): readonly EntryView[] {
  const arriving = newcomers.filter(({ mayRegister, unsettled }) => mayRegister && unsettled === null);
  if (arriving.length === 0) return views;
  const byPane = groupBy(
    arriving.flatMap((one) => one.where.session.panes.map(({ pid }) => ({ pid, one }))),
    ({ pid }) => pid,
  );
  return views.map((view) => {
    const original = byPane.get(view.found?.pane.pid ?? 0)?.find(({ one }) => isViewOfNewcomer(view, one));
    if (original === undefined) return view;
    const name = clean(original.one.where.session.name);
    return { ...view, identity: notProven(`it shows the panes of ${name}, which gets an entry of its own`) };
  });
}

/** Decides whether a session is a view of a newcomer, as `shownElsewhere` does once both have an entry. */
function isViewOfNewcomer({ entry, found }: EntryView, { where }: Newcomer): boolean {
  if (found === null || found.server !== where.server || !isViewOf(found.session, where.session)) return false;
  return entry.status !== 'running' || byAge(where.session, found.session) < 0;
}
