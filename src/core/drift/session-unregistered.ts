import { idFields } from '../model/id-fields.ts';
import { namedBy } from '../place/newcomer.ts';
import { idKey } from '../model/conversation-id.ts';
import type { Difference, Value } from '../model/drift.ts';
import { keyOf, type Entry } from '../model/entry.ts';
import { isSomeSocketBlind } from './in-doubt.ts';
import { incarnationOf } from '../place/last-changed.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { TmuxSession } from '../model/observation.ts';
import { byAge, isViewOf } from '../place/pane-homes.ts';
import { listedAs } from '../place/tmux-name.ts';
import type { FoundSession, Identity, Newcomer, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { withRepair } from './wording.ts';

export const sessionUnregistered: DriftKind = {
  name: 'session-unregistered',
  class: 'B',
  seenWhen:
    'a tmux session named `<workspace>-creator-<agent>` has no entry, and is no grouped view of a session that has',
  writes: 'a new entry, `last_visible_status: auto-registered`',
  tells: 'yes',
  resolvedMessage: null,
  isUndecided: (_open, { input }) => isSomeSocketBlind(input.observation),
  detect: (view) => {
    const names = new Set<string>();
    const entryNames = namesByVersion(view);
    const given = new Set<string>();
    return view.newcomers.flatMap((one) => {
      const { session, server } = one.where;
      if (names.has(session.name) || !one.mayRegister || isView(one.where, view)) return [];
      if (entryNames(server.version).has(session.name)) return [];
      // The file tells entries apart by name: a session of the same name on another socket must wait for the user.
      names.add(session.name);
      return [driftOf(one, given, view)];
    });
  },
};

/**
 * Decides whether a session is a view: a grouped session (of a web or phone client) shows another one's panes, and is
 * no second agent.
 */
function isView({ session, server }: FoundSession, { owned, input }: View): boolean {
  const isNamed = ({ name }: TmuxSession): boolean => namedBy(name, input.settings) !== null;
  return server.sessions.some((other) => {
    if (!isViewOf(session, other)) return false;
    // If neither has an entry, the session that shows more gets it, or else the older one.
    return owned.has(other) || (isNamed(other) && (!isViewOf(other, session) || byAge(other, session) < 0));
  });
}

/** Returns every entry's name as that tmux version lists it. */
function namesByVersion(view: View): (version: string) => ReadonlySet<string> {
  const sets = new Map<string, ReadonlySet<string>>();
  return (version) => {
    const { entries } = view.input.registry;
    const set = sets.get(version) ?? new Set(entries.flatMap(({ session }) => listedAs(session, version)));
    sets.set(version, set);
    return set;
  };
}

/**
 * Returns the drift of one newcomer.
 * @param given the ids that earlier newcomers got
 */
function driftOf(one: Newcomer, given: Set<string>, view: View): Difference {
  const { registry, observation } = view.input;
  const { entry, where } = one;
  const { session, workspace, agent } = entry;
  const proven = provenIdentity(one, given);
  const words = { done: 'Auto-registered.', would: 'Would be registered.' };
  const state = observation.sockets.get(where.socket);
  const list = state !== undefined && 'known' in state ? `${state.known.said}, ` : '';
  return {
    key: driftKey(registry.path, 'session-unregistered', entry, [incarnationOf(where)]),
    session,
    workspace,
    agent,
    sentence: withRepair(`${clean(session)}: tmux found but not in YAML.`, words),
    evidence: [
      { source: `tmux:${where.socket}`, said: `${list}among them as ${where.session.id}`, at: observation.at },
      { source: 'registry', said: `no entry of that name among ${registry.entries.length}`, at: observation.at },
    ],
    edits: [{ op: 'register', entry: keyOf(entry), fields: fieldsOf(entry, where, proven?.id ?? null) }],
    ...(proven === null ? {} : { proof: proven.proof }),
  };
}

/**
 * Returns the id to register. An id without an artifact is pending: it would be called stale as soon as it is in the
 * file.
 */
function provenIdentity(
  { identity, unsettled }: Newcomer,
  given: Set<string>,
): Extract<Identity, { kind: 'proven' }> | null {
  // A session that changed just now is not registered yet: its id stays free for others.
  if (identity.kind !== 'proven' || !identity.artifact || unsettled !== null || given.has(idKey(identity.id)))
    return null;
  // Grouped sessions show the same agent.
  given.add(idKey(identity.id));
  return identity;
}

function fieldsOf(entry: Entry, one: FoundSession, id: string | null): { readonly [key: string]: Value } {
  const [idField] = idFields(entry);
  return {
    workspace: entry.workspace,
    agent: entry.agent,
    ...(entry.cwd === null ? {} : { cwd: entry.cwd }),
    ...(entry.host === null ? {} : { host: entry.host }),
    ...(entry.socket === null ? {} : { tmux_socket: entry.socket }),
    status: 'running',
    created_at: isoSeconds(entry.createdAt ?? one.session.created),
    ...(entry.pane === null ? {} : { pane: { ...entry.pane } }),
    ...(idField === undefined ? {} : nested(idField.path, id)),
    last_visible_status: 'auto-registered',
  };
}

function nested([key = '', ...inner]: readonly string[], value: Value): { readonly [key: string]: Value } {
  return { [key]: inner.length === 0 ? value : nested(inner, value) };
}
