import type { Absence } from './absence.ts';
import { activityIn } from './activity.ts';
import { absence, confirmAfterMs, isKnownPane, knownPanePids } from './absence.ts';
import { blindSources } from './blind-sources.ts';
import type { Evidence } from './drift.ts';
import type { Entry } from './entry.ts';
import { entryId, keyOf } from './entry.ts';
import { hiddenEvidence, hiddenIn } from './hidden.ts';
import { holds } from './hold.ts';
import { claimsOf } from './identity/claims.ts';
import { identityOf } from './identity/index.ts';
import { notProven } from './identity/not-proven.ts';
import { oneEntryEach } from './identity/one-entry.ts';
import type { Claims } from './identity/subject.ts';
import { isLeftAlone } from './left-alone.ts';
import { massOf } from './mass.ts';
import type { EntryMemory } from './memory.ts';
import type { TmuxSession } from './observation.ts';
import { newcomersOf } from './newcomers.ts';
import { memoryOf, ownership } from './ownership.ts';
import type { PaneHome } from './pane-homes.ts';
import { paneHomes, shownElsewhere } from './pane-homes.ts';
import type { PaneLook } from './pane.ts';
import { paneOf } from './pane.ts';
import type { Deferred, PlanInput, Verdict } from './plan.ts';
import { bornAt, changedAgo, textSince, youthOf } from './settle.ts';
import { clean } from './text.ts';
import { tombstonesOf } from './tombstones.ts';
import type { EntryView, Identity, FoundSession, View } from './view.ts';

/** Everything the drift kinds look at, from what was read, seen and remembered. */
export function viewOf(input: PlanInput, defer: (deferred: Deferred) => void): View {
  const { owned, unowned } = ownership(input);
  const homes = paneHomes(input);
  const taken = new Set([...owned.values()].map((one) => one.session));
  const named = input.registry.entries.map((entry) =>
    placeOf(entry, owned.get(entryId(entry)) ?? null, { homes, taken }, input),
  );
  const movedTo = new Set(named.flatMap(({ where, moved }) => (moved && where !== null ? [where.session] : [])));
  const places = withoutViews(
    named.map((place) => withoutOthers(place, movedTo, input)),
    homes,
    input,
  );
  const claims = claimsOf(input);
  const hiddenFrom = hiddenIn(input.observation);

  const watched = places.filter((place) => !isLeftAlone(place.entry));
  const seen = watched.map((place) => ({ place, view: entryViewOf(place, claims, hiddenFrom, input) }));
  const newcomers = newcomersOf(unowned, claims, input);
  const owners = oneEntryEach(
    input.registry.entries,
    seen.map(({ view }) => view),
    newcomers,
  );
  const judged = seen.map(({ place, view }) => ({ place, view: { ...view, identity: owners.ofView(view) } }));
  const verdicts = new Map(judged.map(({ place, view }) => [place, view.verdict]));
  const running = judged.filter(({ view }) => view.entry.status === 'running');
  const missing = running.flatMap(({ place, view }) => {
    if (place.absence === null || !(place.absence.liveness === 'gone' || place.absence.unconfirmed)) return [];
    return [{ view, serverGone: place.absence.serverGone }];
  });
  const mass = massOf(missing, running.length, input);
  const moved = judged.filter(({ view }) => view.moved);

  return {
    input,
    entries: judged.map(({ view }) => view),
    leftAlone: input.registry.entries.filter(isLeftAlone),
    verdicts: places.map((place) => verdicts.get(place) ?? verdictOf(place, notAsked, input)),
    unowned: unowned.filter((one) => !movedTo.has(one.session)),
    owned: new Set(places.flatMap(({ where }) => (where === null ? [] : [where.session]))),
    identityOfUnowned: ({ session }) => {
      const newcomer = newcomers().find(({ where }) => where.session === session);
      return newcomer === undefined ? notProven('no session of the pattern') : owners.ofNewcomer(newcomer);
    },
    claimed: new Set([...mass.claimed, ...moved.map(({ view }) => entryId(view.entry))]),
    massEvents: mass.events,
    awaitsCause: mass.awaitsCause,
    tombstones: tombstonesOf(unowned, input),
    confirm: mass.confirm ?? confirmOf(running.map(({ place }) => place)),
    blind: blindSources(
      judged.map(({ view }) => view),
      running.map(({ place, view }) => ({ view, unseen: place.absence?.unseen ?? [] })),
      input,
    ),
    heldBack: holds(input),
    defer,
  };
}

/** Nobody asks for the conversation of an entry that is left alone. */
const notAsked = notProven('the entry is left alone');

/** Where one entry is, or why it is nowhere. */
interface Place {
  readonly entry: Entry;
  readonly memory: EntryMemory | null;
  readonly textSince: number;
  readonly where: FoundSession | null;
  readonly look: PaneLook | null;
  readonly moved: boolean;
  readonly absence: Absence | null;
}

interface Panes {
  readonly homes: ReadonlyMap<number, readonly PaneHome[]>;
  /** Sessions that some entry owns by name. */
  readonly taken: ReadonlySet<TmuxSession>;
}

function placeOf(entry: Entry, named: FoundSession | null, panes: Panes, input: PlanInput): Place {
  const memory = memoryOf(entry, input);
  const base = { entry, memory, textSince: textSince(entry, memory, input) };
  const elsewhere = holdsItsPane(named, entry, memory) ? null : knownPaneElsewhere({ ...base, named }, panes, input);
  if (elsewhere !== null) {
    const look = paneOf([elsewhere.pane], entry, memory, input.observation);
    return { ...base, where: elsewhere, look, moved: true, absence: null };
  }
  if (named !== null) {
    const look = paneOf(named.session.panes, entry, memory, input.observation);
    return { ...base, where: named, look, moved: false, absence: null };
  }
  const absent = absence(entry, memory, base.textSince, input);
  return { ...base, where: null, look: null, moved: false, absence: absent };
}

/** Another entry's session bears its name now: what runs there says nothing of it. */
function withoutOthers(place: Place, movedTo: ReadonlySet<TmuxSession>, { observation }: PlanInput): Place {
  const { entry, memory, where, moved } = place;
  if (where === null || moved || !movedTo.has(where.session) || holdsItsPane(where, entry, memory)) return place;
  const said = `${where.session.id} bears its name, with the pane of another entry`;
  return notItsOwn(place, where, said, observation.at);
}

function notItsOwn(place: Place, { socket }: FoundSession, said: string, at: number): Place {
  const evidence = [{ source: `tmux:${socket}`, said, at }];
  const absence = { evidence, socket, unseen: [], unconfirmed: false, serverGone: false } as const;
  return { ...place, where: null, look: null, moved: false, absence: { ...absence, liveness: 'unknown' } };
}

/** One agent, one entry: a session that only shows another entry's panes is not this entry's own. */
function withoutViews(places: readonly Place[], homes: Panes['homes'], { observation }: PlanInput): readonly Place[] {
  const shown = shownElsewhere(places, homes);
  return places.map((place) => {
    const original = shown.get(place);
    if (place.where === null || original === undefined) return place;
    const said = `${place.where.session.id} shows the panes of ${clean(original.name)}: one agent, and that entry has it`;
    return notItsOwn(place, place.where, said, observation.at);
  });
}

/** The session of its name is its own. Who rewrites an entry that names no pane means the session of that name. */
function holdsItsPane(named: FoundSession | null, entry: Entry, memory: EntryMemory | null): boolean {
  if (named === null) return false;
  if (entry.pane?.pid == null && memory?.textHash !== entry.textHash) return true;
  const pids = knownPanePids(entry, memory);
  return named.session.panes.some(({ pid, dead }) => !dead && pids.includes(pid));
}

/** Its pane lives on in a session of another name: renamed, or moved there, while another may bear its name by now. */
function knownPaneElsewhere(
  place: Pick<Place, 'entry' | 'memory' | 'textSince'> & { readonly named: FoundSession | null },
  { homes, taken }: Panes,
  input: PlanInput,
): PaneHome | null {
  const { entry, memory, named } = place;
  if (entry.status !== 'running') return null;
  for (const pid of knownPanePids(entry, memory)) {
    const seen = input.observation.panes.get(pid);
    const root = seen !== undefined && 'known' in seen ? seen.known.root : null;
    const sessions = homes.get(pid) ?? [];
    const elsewhere = sessions.find(({ session }) => session.id === memory?.seen?.sessionId) ?? sessions[0];
    if (root === null || elsewhere === undefined) continue;
    const isSeen = memory?.seen?.panePid === pid && memory.seen.paneStart === root.start;
    // A copied entry names a pane it never had: only what we saw ourselves counts against the names that stand.
    if (!isSeen && (named !== null || taken.has(elsewhere.session))) continue;
    if (isKnownPane(root, entry, memory, place.textSince)) return elsewhere;
  }
  return null;
}

function entryViewOf(
  place: Place,
  claims: Claims,
  hiddenFrom: ReturnType<typeof hiddenIn>,
  input: PlanInput,
): EntryView {
  const { entry, memory, where, look } = place;
  const tree = look?.tree ?? null;
  const agentProcess = look?.agentProcess ?? null;
  const { textSince } = place;
  const identity = identityOf({
    entry,
    pane: look?.pane ?? null,
    tree,
    agentProcess,
    memory,
    input,
    claims,
    textSince,
  });
  const youth = where === null ? null : youthOf(where, look, memory, input);
  const settledAt = Math.max(textSince, youth?.at ?? 0) + input.settings.settleMs;
  const view = {
    entry,
    memory,
    found: where === null || look === null ? null : { ...where, pane: look.pane },
    bornAt: where === null || look === null ? null : bornAt(where, input),
    tree,
    agentProcess,
    deserted: look?.deserted ?? false,
    identity,
    settledAt,
    textSince,
    unsettled: input.now < settledAt ? changedAgo(textSince, youth, input.now) : null,
    moved: place.moved,
  };
  const hidden = hiddenFrom(view);
  const verdict = verdictOf(place, identity, input);
  const evidence = [...verdict.evidence, ...hidden.map((one) => hiddenEvidence(one, entry, input.observation))];
  return { ...view, hidden, verdict: { ...verdict, evidence } };
}

function verdictOf(place: Place, identity: Identity, input: PlanInput): Verdict {
  const { entry, where, look } = place;
  const process = look?.agentProcess ?? null;
  return {
    entry: keyOf(entry),
    liveness: place.absence?.liveness ?? 'alive',
    evidence: place.absence?.evidence ?? presence(place, input),
    socket: where?.socket ?? place.absence?.socket ?? null,
    pane: look?.pane.id ?? null,
    agent: process === null ? null : { pid: process.pid, start: process.start, startedAt: process.startedAt },
    ...activityIn(look, input.observation),
    identity: identity.kind === 'proven' ? { id: identity.id, proof: identity.proof, said: identity.said } : null,
  };
}

function presence(place: Place, input: PlanInput): readonly Evidence[] {
  if (place.where === null) return [];
  const { socket, session } = place.where;
  const state = input.observation.sockets.get(socket);
  const list = state !== undefined && 'known' in state ? `${state.known.said}, ` : '';
  const said = place.moved ? `its pane is in session ${clean(session.name)}` : `among them as ${session.id}`;
  return [{ source: `tmux:${socket}`, said: `${list}${said}`, at: input.observation.at }];
}

function confirmOf(running: readonly Place[]): View['confirm'] {
  const unconfirmed = running.filter((place) => place.absence?.unconfirmed === true).length;
  if (unconfirmed === 0) return null;
  return { afterMs: confirmAfterMs, because: `${unconfirmed} absent with no pid to ask` };
}
