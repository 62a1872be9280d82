import type { EntryId } from '../model/branded.ts';
import { absentAnywhere, absentElsewhere, absentNeverSeen } from '../place/absent-elsewhere.ts';
import { absence, isKnownPane, knownPanePids } from '../place/is-session-gone.ts';
import { type Entry, entryId, misshapenPlace } from '../model/entry.ts';
import { runsConversationOf } from '../place/agent-process.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { TmuxSession } from '../model/observation.ts';
import { memoryOf, ownership } from '../place/session-of-entry.ts';
import { type PaneHome, paneHomes, shownElsewhere } from '../place/pane-homes.ts';
import { type PaneState, isAnotherPane, paneOf } from '../place/pane-of-entry.ts';
import { isOwn, whereabouts } from '../place/place-of-entry.ts';
import type { Doubt, PlanInput, Verdict } from '../model/plan.ts';
import { textSince } from '../place/last-changed.ts';
import { clean } from '../words/text.ts';
import type { Absence, FoundSession } from '../model/view.ts';

/** The location of each entry's session. */
export interface Located {
  /** In the order of the registry. */
  readonly locations: readonly Location[];
  /** Sessions without an entry. */
  readonly unowned: readonly FoundSession[];
}

/** Finds each entry's session: the place to which it belongs, and its location in this place. */
export function locate(input: PlanInput): Located {
  const { owned, contested, unowned } = ownership(input);
  const homes = paneHomes(input);
  const taken = new Set([...owned.values()].map((one) => one.session));
  const named = input.registry.entries.map((entry) =>
    locationOf(entry, owned.get(entryId(entry)) ?? null, { homes, taken, contested }, input),
  );
  const movedTo = new Set(named.flatMap(({ where, moved }) => (moved && where !== null ? [where.session] : [])));
  return {
    locations: withoutViews(
      named.map((location) => withoutOthers(location, movedTo, input)),
      homes,
      input,
    ),
    unowned: unowned.filter((one) => !movedTo.has(one.session)),
  };
}

/** Where one entry's session is, or why it is nowhere. */
export interface Location {
  readonly entry: Entry;
  readonly memory: EntryMemory | null;
  readonly textSince: number;
  readonly where: FoundSession | null;
  readonly paneState: PaneState | null;
  readonly moved: boolean;
  readonly absence: Absence | null;
  /** The entry belongs to another place: this place concludes nothing about it. */
  readonly elsewhere: Verdict['elsewhere'];
}

interface Panes {
  readonly homes: ReadonlyMap<number, readonly PaneHome[]>;
  /** Sessions that entries own by name. */
  readonly taken: ReadonlySet<TmuxSession>;
  readonly contested: ReadonlyMap<EntryId, FoundSession>;
}

function locationOf(entry: Entry, named: FoundSession | null, panes: Panes, input: PlanInput): Location {
  const memory = memoryOf(entry, input);
  const since = textSince(entry, memory, input);
  const nowhere = {
    entry,
    memory,
    textSince: since,
    where: null,
    paneState: null,
    moved: false,
    absence: null,
    elsewhere: null,
  };
  const whose = whereabouts(entry, memory, input);
  if (whose.kind === 'elsewhere' && (named === null || !isOwn(named, entry, whose, input))) {
    const elsewhere = { host: whose.host, hasNamesake: named !== null };
    return { ...nowhere, absence: absentElsewhere(whose, named, input), elsewhere };
  }
  const renamed = holdsItsPane(named, entry, memory) ? null : knownPaneElsewhere({ ...nowhere, named }, panes, input);
  if (renamed !== null) {
    const session = { ...renamed.session, panes: [renamed.pane] };
    const paneState = paneOf({ ...renamed, session }, entry, memory, input.observation);
    return { ...nowhere, where: renamed, paneState, moved: true };
  }
  if (named !== null) {
    const location = { ...nowhere, where: named, paneState: paneOf(named, entry, memory, input.observation) };
    const mayHoldIt = holdsItsPane(named, entry, memory) || named.session.panes.some(({ pid }) => pid === null);
    const pid = mayHoldIt ? null : paneOutOfSight(nowhere, panes.homes, input);
    return pid === null ? withoutVisitor(location, named, input) : withoutNamesake(location, named, pid, input);
  }
  const contested = panes.contested.get(entryId(entry)) ?? null;
  if (contested !== null && !isAnother(contested, memory)) {
    const doubt = {
      reason: `${contested.session.id} bears its name, and another entry has that session`,
      cure: 'take one of the two entries out, or correct its tmux_socket',
    };
    return notItsOwn(nowhere, contested, doubt, input.observation.at);
  }
  const odd = misshapenPlace(entry);
  if (odd !== null) return { ...nowhere, absence: absentAnywhere(odd, input) };
  const absent = absence(entry, memory, since, input);
  const isUnplaced = whose.kind === 'never-seen' && entry.status === 'running';
  return { ...nowhere, absence: isUnplaced ? absentNeverSeen(absent, whose, input) : absent };
}

/** Returns the pid of the entry's own pane if that lives in a tmux server which no list tells of; `null`: it does not. */
function paneOutOfSight(
  { entry, memory, textSince: since }: Pick<Location, 'entry' | 'memory' | 'textSince'>,
  homes: Panes['homes'],
  { observation }: PlanInput,
): number | null {
  const isThere = (pid: number): boolean => {
    const seen = observation.panes.get(pid);
    if (seen === undefined || 'blind' in seen || homes.has(pid)) return false;
    const { root, parentIsTmux } = seen.known;
    return root !== null && root.tty !== 0 && parentIsTmux && isKnownPane(root, entry, memory, since);
  };
  return knownPanePids(entry, memory).find(isThere) ?? null;
}

/** Drops the session of an entry's name if the entry's own pane lives on a server that was not asked. */
function withoutNamesake(location: Location, where: FoundSession, pid: number, { observation }: PlanInput): Location {
  const reason = `its pane, pid ${pid}, runs in a tmux server that was not asked: ${where.session.id} only bears its name`;
  const cure = 'write its tmux_socket into the entry, or rename one of the two sessions';
  return notItsOwn(location, where, { reason, cure }, observation.at);
}

/** Drops the agent beside a closed pane if it is not proven to be the entry's own. */
function withoutVisitor(location: Location, where: FoundSession, { observation }: PlanInput): Location {
  const { entry, memory, paneState } = location;
  if (paneState === null || paneState.agentProcess === null || !isAnotherPane(where, paneState.pane, entry, memory))
    return location;
  if (runsConversationOf(entry, paneState.agentProcess, observation)) return location;
  const said = `its pane was closed, and the agent in the pane ${paneState.pane.id} beside it is not proven to be its own`;
  const cure = 'resume its conversation in that session; or write into the entry which one that agent runs';
  return notItsOwn(location, where, { reason: said, cure }, observation.at);
}

/** Drops the session of an entry's name if it is another entry's: it says nothing about this entry. */
function withoutOthers(location: Location, movedTo: ReadonlySet<TmuxSession>, { observation }: PlanInput): Location {
  const { entry, memory, where, moved } = location;
  if (where === null || moved || !movedTo.has(where.session) || holdsItsPane(where, entry, memory)) return location;
  const said = `${where.session.id} bears its name, with the pane of another entry`;
  return notItsOwn(
    location,
    where,
    { reason: said, cure: 'rename the entries, or take the names back' },
    observation.at,
  );
}

/** Decides whether a session differs from the session that was seen before for the entry. */
function isAnother({ socket, server, session }: FoundSession, memory: EntryMemory | null): boolean {
  const seen = memory?.seen ?? null;
  return seen !== null && (seen.socket !== socket || seen.serverPid !== server.pid || seen.sessionId !== session.id);
}

function notItsOwn(location: Location, { socket }: FoundSession, doubt: Doubt, at: number): Location {
  const evidence = [{ source: `tmux:${socket}`, said: doubt.reason, at }];
  const absence = { evidence, socket, unseen: [], unconfirmed: false, serverGone: null, doubt } as const;
  return { ...location, where: null, paneState: null, moved: false, absence: { ...absence, liveness: 'unknown' } };
}

/** Drops views: a session that only shows another entry's panes is not this entry's own. */
function withoutViews(
  locations: readonly Location[],
  homes: Panes['homes'],
  { observation }: PlanInput,
): readonly Location[] {
  const shown = shownElsewhere(locations, homes);
  return locations.map((location) => {
    const original = shown.get(location);
    if (location.where === null || original === undefined) return location;
    const name = clean(original.name);
    const reason = `${location.where.session.id} shows the panes of ${name}: one agent, and that entry has it`;
    return notItsOwn(location, location.where, { reason, cure: `take this entry out, or end ${name}` }, observation.at);
  });
}

/**
 * Decides whether the session of an entry's name is its own. A user who rewrites an entry without a pane means the
 * session of that name.
 */
function holdsItsPane(named: FoundSession | null, entry: Entry, memory: EntryMemory | null): boolean {
  if (named === null) return false;
  if (entry.pane?.pid == null && memory?.textHash !== entry.textHash) return true;
  const pids = knownPanePids(entry, memory);
  return named.session.panes.some(({ pid, dead }) => !dead && pids.includes(pid));
}

/**
 * Finds the known pane in a session of another name: the session was renamed, or the pane was moved. Another session
 * may have the former name by now.
 */
function knownPaneElsewhere(
  place: Pick<Location, 'entry' | 'memory' | 'textSince'> & { readonly named: FoundSession | null },
  { homes, taken }: Panes,
  input: PlanInput,
): PaneHome | null {
  const { entry, memory, named } = place;
  if (entry.status !== 'running') return null;
  for (const pid of knownPanePids(entry, memory)) {
    const seen = input.observation.panes.get(pid);
    const root = seen !== undefined && 'known' in seen ? seen.known.root : null;
    const sessions = homes.get(pid) ?? [];
    const home = sessions.find(({ session }) => session.id === memory?.seen?.sessionId) ?? sessions[0];
    if (root === null || home === undefined) continue;
    const isSeen = memory?.seen?.panePid === pid && memory.seen.paneStart === root.start;
    // A copied entry names a pane that it never had: against present names only an observed pane counts.
    if (!isSeen && (named !== null || taken.has(home.session))) continue;
    if (isKnownPane(root, entry, memory, place.textSince)) return home;
  }
  return null;
}
