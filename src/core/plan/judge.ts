import { activityIn } from '../identity/activity.ts';
import { confirmAfterMs } from '../place/absence.ts';
import { blindSources } from './blind-sources.ts';
import type { Evidence } from '../model/drift.ts';
import { entryId, keyOf, isLeftAlone } from '../model/entry.ts';
import { hiddenEvidence, hiddenIn } from '../identity/hidden.ts';
import { holds } from './hold-back.ts';
import { claimsOf } from '../identity/claims.ts';
import { identityOf } from '../identity/index.ts';
import { notProven } from '../identity/not-proven.ts';
import { oneEntryEach } from '../identity/one-entry.ts';
import { sharesFolder } from '../identity/shared-folder.ts';
import type { Claims } from '../identity/subject.ts';
import { locate, type Location } from './locate.ts';
import { massOf } from './group.ts';
import { newcomersOf } from './newcomers.ts';
import type { Deferred, PlanInput, Verdict } from '../model/plan.ts';
import { bornAt, changedAgo, lastChangeOf } from '../place/last-changed.ts';
import { clean } from '../words/text.ts';
import { tombstonesOf } from './tombstones.ts';
import type { EntryView, Identity, View } from '../model/view.ts';

/** Everything the drift kinds look at, from what was read, seen and remembered. */
export function viewOf(input: PlanInput, defer: (deferred: Deferred) => void): View {
  const { locations, unowned } = locate(input);
  const claims = claimsOf(input);
  const hiddenFrom = hiddenIn(input.observation);

  const watched = locations.filter(({ entry, elsewhere }) => !isLeftAlone(entry) && elsewhere === null);
  const seen = watched.map((location) => ({ location, view: entryViewOf(location, claims, hiddenFrom, input) }));
  const newcomers = newcomersOf(unowned, claims, input);
  const owners = oneEntryEach(
    input.registry.entries,
    seen.map(({ view }) => view),
    newcomers,
  );
  const judged = seen.map(({ location, view }) => ({ location, view: { ...view, identity: owners.ofView(view) } }));
  const verdicts = new Map(judged.map(({ location, view }) => [location, view.verdict]));
  const running = judged.filter(({ view }) => view.entry.status === 'running');
  const missing = running.flatMap(({ location, view }) => {
    if (location.absence === null || !(location.absence.liveness === 'gone' || location.absence.unconfirmed)) return [];
    return [{ view, serverGone: location.absence.serverGone }];
  });
  const mass = massOf(missing, running.length, input);
  const moved = judged.filter(({ view }) => view.moved);

  return {
    input,
    entries: judged.map(({ view }) => view),
    leftAlone: input.registry.entries.filter(isLeftAlone),
    elsewhere: locations.flatMap(({ entry, elsewhere }) => (elsewhere === null ? [] : [entry])),
    verdicts: locations.map((location) => verdicts.get(location) ?? verdictOf(location, notAsked(location), input)),
    unowned,
    owned: new Set(locations.flatMap(({ where }) => (where === null ? [] : [where.session]))),
    newcomer: ({ session }) => {
      const one = newcomers().find(({ where }) => where.session === session);
      return one === undefined ? null : { ...one, identity: owners.ofNewcomer(one) };
    },
    claimed: new Set([...mass.claimed, ...moved.map(({ view }) => entryId(view.entry))]),
    massEvents: mass.events,
    awaitsCause: mass.awaitsCause,
    tombstones: tombstonesOf(unowned, input),
    confirm: mass.confirm ?? confirmOf(running.map(({ location }) => location)),
    blind: blindSources(
      judged.map(({ view }) => view),
      running.map(({ location, view }) => ({ view, unseen: location.absence?.unseen ?? [] })),
      input,
    ),
    heldBack: holds(input),
    defer,
  };
}

/** The conversation of an entry of which nothing is said here is not looked for. */
function notAsked({ elsewhere }: Location): Identity {
  return notProven(elsewhere === null ? 'the entry is left alone' : 'the entry belongs to another place');
}

function entryViewOf(
  location: Location,
  claims: Claims,
  hiddenFrom: ReturnType<typeof hiddenIn>,
  input: PlanInput,
): EntryView {
  const { entry, memory, where, look, textSince } = location;
  const [tree, agentProcess] = [look?.tree ?? null, look?.agentProcess ?? null];
  const pane = look?.pane ?? null;
  const identity = identityOf({ entry, pane, tree, agentProcess, memory, input, claims, textSince });
  const change = where === null ? null : lastChangeOf(where, look, memory, input);
  const settledAt = Math.max(textSince, change?.at ?? 0) + input.settings.settleMs;
  const view = {
    entry,
    memory,
    found: where === null || look === null ? null : { ...where, pane: look.pane },
    bornAt: where === null || look === null ? null : bornAt(where, input),
    tree,
    agentProcess,
    deserted: look?.deserted ?? false,
    identity,
    sharesFolder: sharesFolder(entry.agent, agentProcess, identity, claims),
    settledAt,
    textSince,
    unsettled: input.now < settledAt ? changedAgo(textSince, change, input.now) : null,
    moved: location.moved,
  };
  const hidden = hiddenFrom(view);
  const verdict = verdictOf(location, identity, input);
  const evidence = [...verdict.evidence, ...hidden.map((one) => hiddenEvidence(one, entry, input.observation))];
  return { ...view, hidden, verdict: { ...verdict, evidence } };
}

function verdictOf(location: Location, identity: Identity, input: PlanInput): Verdict {
  const { entry, where, look } = location;
  const process = look?.agentProcess ?? null;
  return {
    entry: keyOf(entry),
    liveness: location.absence?.liveness ?? 'alive',
    elsewhere: location.elsewhere,
    doubt: location.absence?.doubt ?? null,
    evidence: location.absence?.evidence ?? presence(location, input),
    socket: where?.socket ?? location.absence?.socket ?? null,
    pane: look?.pane.id ?? null,
    agent: process === null ? null : { pid: process.pid, start: process.start, startedAt: process.startedAt },
    ...activityIn(look, input.observation),
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

function confirmOf(running: readonly Location[]): View['confirm'] {
  const unconfirmed = running.filter((location) => location.absence?.unconfirmed === true).length;
  if (unconfirmed === 0) return null;
  return { afterMs: confirmAfterMs, because: `${unconfirmed} absent with no pid to ask` };
}
