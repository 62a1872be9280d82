import type { Evidence } from '../model/drift.ts';
import type { Unreadable } from '../model/evidence.ts';
import { entryId, isLeftAlone, keyOf } from '../model/entry.ts';
import type { PlanInput, Verdict } from '../model/plan.ts';
import type { EntryView, Identity, Judgement } from '../model/view.ts';
import { activityIn } from '../identity/activity.ts';
import { claimsOf } from '../identity/claims.ts';
import { hiddenEvidence, hiddenIn } from '../identity/hidden.ts';
import { identityOf } from '../identity/ladder.ts';
import { notProven } from '../identity/not-proven.ts';
import { oneEntryEach } from '../identity/one-entry.ts';
import { sharesFolder } from '../identity/shared-folder.ts';
import type { Claims } from '../identity/subject.ts';
import { outlives } from '../place/revival.ts';
import { bornAt, changedAgo, lastChangeOf } from '../place/last-changed.ts';
import { clean } from '../words/text.ts';
import { blindSources } from './blind-sources.ts';
import type { Located, Location } from './locate.ts';
import { newcomersIn, withoutViewsOfNewcomers } from './newcomers.ts';
import { tombstonesOf } from './tombstones.ts';

/**
 * Judges whether each session lives, and which conversation its agent runs.
 *
 * 1. An entry that is left alone, or belongs to another place, gets a verdict, and nothing follows from it.
 * 2. One conversation belongs to one entry: what two agents run is proven for neither, be the other one's session
 *    without an entry yet.
 * 3. A source that was blind is named only where some verdict needed it.
 */
export function judge({ locations, unowned }: Located, input: PlanInput): Judgement {
  const claims = claimsOf(input);
  const hiddenFrom = hiddenIn(input.observation);
  const watched = locations.filter(({ entry, elsewhere }) => !isLeftAlone(entry) && elsewhere === null);
  const tombstones = tombstonesOf(unowned, input);
  const arriving = newcomersIn(unowned, tombstones, claims, input);
  const views = watched.map((location) => entryViewOf(location, claims, hiddenFrom, input));
  const { views: entries, newcomers } = oneEntryEach(
    input.registry.entries,
    withoutViewsOfNewcomers(views, arriving),
    arriving,
  );
  const verdicts = new Map(entries.map(({ entry, verdict }) => [entryId(entry), verdict]));
  return {
    entries,
    newcomers,
    leftAlone: input.registry.entries.filter(isLeftAlone),
    ofOtherPlaces: locations.flatMap(({ entry, elsewhere }) => (elsewhere === null ? [] : [entry])),
    verdicts: locations.map(
      (location) => verdicts.get(entryId(location.entry)) ?? verdictOf(location, notAsked(location), [], input),
    ),
    owned: new Set(locations.flatMap(({ where }) => (where === null ? [] : [where.session]))),
    blind: blindSources(entries, input),
    tombstones,
  };
}

/** Answers for an entry that this place does not judge: its conversation is not looked for. */
function notAsked({ elsewhere }: Location): Identity {
  return notProven(elsewhere === null ? 'the entry is left alone' : 'the entry belongs to another place');
}

function entryViewOf(
  location: Location,
  claims: Claims,
  hiddenFrom: ReturnType<typeof hiddenIn>,
  input: PlanInput,
): EntryView {
  const { entry, memory, where, paneState, textSince } = location;
  const [tree, agentProcess] = [paneState?.tree ?? null, paneState?.agentProcess ?? null];
  const identity = identityOf({
    entry,
    paneState,
    absence: location.absence,
    socket: where?.socket ?? null,
    memory,
    input,
    claims,
    textSince,
  });
  const change = where === null ? null : lastChangeOf(where, paneState, memory, input);
  const settledAt = Math.max(textSince, change?.at ?? 0) + input.settings.settleMs;
  const hidden = hiddenFrom({ entry, tree, agentProcess, identity });
  return {
    entry,
    memory,
    found: where === null || paneState === null ? null : { ...where, pane: paneState.pane },
    bornAt: where === null || paneState === null ? null : bornAt(where, input),
    tree,
    agentProcess,
    deserted: paneState?.deserted ?? false,
    identity,
    sharesFolder: sharesFolder(entry.agent, agentProcess, identity, claims),
    settledAt,
    textSince,
    unsettled: input.now < settledAt ? changedAgo(textSince, change, input.now) : null,
    moved: location.moved,
    absence: location.absence,
    hidden,
    verdict: verdictOf(location, identity, hidden, input),
  };
}

function verdictOf(location: Location, identity: Identity, hidden: readonly Unreadable[], input: PlanInput): Verdict {
  const { entry, where, paneState } = location;
  const process = paneState?.agentProcess ?? null;
  const evidence = location.absence?.evidence ?? presence(location, input);
  const { activity, waiting, since } = activityIn(paneState, input.observation);
  return {
    entry: keyOf(entry),
    liveness: location.absence?.liveness ?? 'alive',
    elsewhere: location.elsewhere,
    outlives: where !== null && paneState !== null && outlives(bornAt(where, input), entry),
    doubt: location.absence?.doubt ?? null,
    evidence: [...evidence, ...hidden.map((one) => hiddenEvidence(one, entry, input.observation))],
    socket: where?.socket ?? location.absence?.socket ?? null,
    pane: paneState?.pane.id ?? null,
    agent: process === null ? null : { pid: process.pid, start: process.start, startedAt: process.startedAt },
    activity,
    waiting,
    activitySince: since,
    identity: identity.kind === 'proven' ? { id: identity.id, proof: identity.proof, said: identity.said } : null,
    notProven: identity.kind === 'proven' ? null : identity.said,
  };
}

function presence(location: Location, input: PlanInput): readonly Evidence[] {
  if (location.where === null) return [];
  const { socket, session } = location.where;
  const state = input.observation.sockets.get(socket);
  const list = state !== undefined && 'known' in state ? `${state.known.said}, ` : '';
  const said = location.moved ? `its pane is in session ${clean(session.name)}` : `among them as ${session.id}`;
  return [{ source: `tmux:${socket}`, said: `${list}${said}`, at: input.observation.at }];
}
