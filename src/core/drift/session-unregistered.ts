import { newIdPath } from '../agent/id-fields.ts';
import { candidateEntry, namedBy } from '../place/candidate.ts';
import { idKey } from '../model/conversation-id.ts';
import type { Difference, Value } from '../model/drift.ts';
import { keyOf, type Entry } from '../model/entry.ts';
import { isSomeSocketBlind } from './in-doubt.ts';
import { changedAgo, incarnationOf, lastChangeOf } from '../place/last-changed.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { TmuxSession } from '../model/observation.ts';
import { byAge, isViewOf } from '../place/pane-homes.ts';
import { listedAs } from '../place/tmux-name.ts';
import type { Identity, FoundSession, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { outcome } from './wording.ts';

export const sessionUnregistered: DriftKind = {
  name: 'session-unregistered',
  class: 'B',
  seenWhen:
    'a tmux session named `<workspace>-creator-claude` or `-agy` has no entry, and is no grouped view of a session that has',
  writes: 'a new entry, `last_visible_status: auto-registered`',
  tells: 'yes',
  resolvedMessage: null,
  isWaitedFor: true,
  isUndecided: (_open, { input }) => isSomeSocketBlind(input.observation),
  detect: (view) => {
    const names = new Set<string>();
    const entryNames = namesByVersion(view);
    const given = new Set<string>();
    return view.unowned.flatMap((one) => {
      if (names.has(one.session.name) || !isCandidate(one, view) || isView(one, view)) return [];
      if (entryNames(one.server.version).has(one.session.name)) return [];
      // The file tells entries apart by name: a namesake on a further socket has to wait for a person.
      names.add(one.session.name);
      return isSettled(one, view) ? [driftOf(one, given, view)] : [];
    });
  },
};

/** By the name alone: neither an agent in it nor its absence matters. */
function isCandidate(one: FoundSession, view: View): boolean {
  const { ledger, settings } = view.input;
  if (namedBy(one.session.name, settings.registerPattern) === null) return false;
  // Another project's, or a test's: no entry names that server.
  if (view.input.observation.foundSockets.has(one.socket)) return false;
  return !ledger.tombstones.has(incarnationOf(one)) && !view.tombstones.has(incarnationOf(one));
}

/** A grouped session (of a web or phone client) shows another one's panes: it is no second agent. */
function isView({ session, server }: FoundSession, { owned, input }: View): boolean {
  const isNamed = ({ name }: TmuxSession): boolean => namedBy(name, input.settings.registerPattern) !== null;
  return server.sessions.some((other) => {
    if (!isViewOf(session, other)) return false;
    // Where neither has an entry the one that shows more gets it, or else the older one.
    return owned.has(other) || (isNamed(other) && (!isViewOf(other, session) || byAge(other, session) < 0));
  });
}

/** Every entry's name as that tmux version lists it. */
function namesByVersion(view: View): (version: string) => ReadonlySet<string> {
  const sets = new Map<string, ReadonlySet<string>>();
  return (version) => {
    const { entries } = view.input.registry;
    const set = sets.get(version) ?? new Set(entries.flatMap(({ session }) => [session, listedAs(session, version)]));
    sets.set(version, set);
    return set;
  };
}

function isSettled(one: FoundSession, view: View): boolean {
  const { now, settings } = view.input;
  const change = lastChangeOf(one, null, null, view.input);
  const until = change.at + settings.settleMs;
  if (now >= until) return true;
  view.defer({ entry: keyOf(candidateEntry(one, view.input)), reason: changedAgo(0, change, now), until });
  return false;
}

/** @param given the ids of those that are registered before it */
function driftOf(one: FoundSession, given: Set<string>, view: View): Difference {
  const { registry, observation } = view.input;
  const entry = candidateEntry(one, view.input);
  const { session, workspace, agent } = entry;
  const key = driftKey(registry.path, 'session-unregistered', entry, [incarnationOf(one)]);
  const proven = provenIdentity(one, given, view);
  const edits = [{ op: 'register', entry: keyOf(entry), fields: fieldsOf(entry, one, proven?.id ?? null) }] as const;
  const words = { done: 'Auto-registered.', would: 'Would be registered.' };
  const state = observation.sockets.get(one.socket);
  const list = state !== undefined && 'known' in state ? `${state.known.said}, ` : '';
  return {
    key,
    session,
    workspace,
    agent,
    ...outcome(`${clean(session)}: tmux found but not in YAML.`, view.heldBack(key, edits), words),
    evidence: [
      { source: `tmux:${one.socket}`, said: `${list}among them as ${one.session.id}`, at: observation.at },
      { source: 'registry', said: `no entry of that name among ${registry.entries.length}`, at: observation.at },
    ],
    edits,
    ...(proven === null ? {} : { proof: proven.proof }),
  };
}

/** An id without an artifact is pending: it would be called stale as soon as it stands in the file. */
function provenIdentity(
  one: FoundSession,
  given: Set<string>,
  view: View,
): Extract<Identity, { kind: 'proven' }> | null {
  const identity = view.newcomer(one)?.identity;
  if (identity?.kind !== 'proven' || !identity.artifact || given.has(idKey(identity.id))) return null;
  // Grouped sessions show one agent.
  given.add(idKey(identity.id));
  return identity;
}

function fieldsOf(entry: Entry, one: FoundSession, id: string | null): { readonly [key: string]: Value } {
  return {
    workspace: entry.workspace,
    agent: entry.agent,
    ...(entry.cwd === null ? {} : { cwd: entry.cwd }),
    ...(entry.host === null ? {} : { host: entry.host }),
    ...(entry.socket === null ? {} : { tmux_socket: entry.socket }),
    status: 'running',
    created_at: isoSeconds(entry.createdAt ?? one.session.created),
    ...(entry.pane === null ? {} : { pane: { ...entry.pane } }),
    ...(entry.agent === null ? {} : nested(newIdPath(entry.agent), id)),
    last_visible_status: 'auto-registered',
  };
}

function nested([key = '', ...inner]: readonly string[], value: Value): { readonly [key: string]: Value } {
  return { [key]: inner.length === 0 ? value : nested(inner, value) };
}
