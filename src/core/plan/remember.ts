import { type EntryId, pairsOf } from '../model/branded.ts';
import { rememberBlind } from './blind-sources.ts';
import type { Drift } from '../model/drift.ts';
import { type Entry, type Registry, entryId } from '../model/entry.ts';
import { isEqual } from '../model/equal.ts';
import { foreignConversations } from '../identity/foreign-conversations.ts';
import { strongerOf } from '../model/proof.ts';
import type { EntryMemory, Memory } from '../model/memory.ts';
import { movedOnNow } from '../identity/moved-on.ts';
import { memoryOf, socketsInOrder } from '../place/session-of-entry.ts';
import { isLeftBeside } from '../place/pane-of-entry.ts';
import type { PlanInput } from '../model/plan.ts';
import { waitingSince } from '../place/waiting-since.ts';
import { bornAt, isPaneAsSeen, nameSince, paneSince, sessionKey, textSince } from '../place/last-changed.ts';
import type { EntryView, View } from '../model/view.ts';
import { socketPath } from '../place/socket-path.ts';

/**
 * Returns what to remember for the next pass. It holds no clock except first sightings: while nothing changes it is the
 * last memory itself, and is not written.
 */
export function remember(drifts: readonly Drift[], view: View): Memory {
  const { input } = view;
  const views = new Map(view.entries.map((one) => [entryId(one.entry), one]));
  const entries = new Map(plannedEntries(view, drifts));
  for (const entry of input.registry.entries) {
    const id = entryId(entry);
    const one = views.get(id);
    entries.set(id, one === undefined ? textMemory(entry, input) : entryMemory(one, input));
  }
  const former = input.formerMemory;
  const memory: Memory = {
    bootId: bootNow(input),
    entries: recordOf([...entries], former.entries),
    sessions: recordOf(sessionNames(input), former.sessions),
    blind: recordOf(rememberBlind(view.blind, input), former.blind),
    foreignConversations: foreignConversations(input),
  };
  return isEqual(memory, former) ? former : memory;
}

/** Returns the former record itself if it says the same. */
function recordOf<Value>(
  pairs: readonly (readonly [string, Value])[],
  former: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  const isSame =
    pairs.length === Object.keys(former).length && pairs.every(([key, value]) => isEqual(value, former[key]));
  return isSame ? former : Object.fromEntries(pairs);
}

/**
 * Returns the memory after the monitor's own write: the texts differ, but no user touched them.
 */
export function withOwnWrites(memory: Memory, entryHashes: Readonly<Record<EntryId, string>>): Memory {
  if (Object.keys(entryHashes).length === 0) return memory;
  const entries = pairsOf(memory.entries).map(([id, own]) => {
    return [id, { ...own, textHash: entryHashes[id] ?? own.textHash }] as const;
  });
  return { ...memory, entries: Object.fromEntries(entries) };
}

/**
 * Returns the last memory with the entries' texts that a later observation saw, for a plan from a newer text with the
 * same observation. An unchanged entry does not become young because another entry changed the file, and a text that
 * was never seen is young however old its file says it is.
 * @param before the memory of that observation
 */
export function withSightings(
  formerMemory: Memory,
  seen: { readonly before: Memory; readonly registry: Registry; readonly now: number },
): Memory {
  const entries = seen.registry.entries.map((entry) => {
    const id = entryId(entry);
    const own = formerMemory.entries[id];
    const sightings = [seen.before.entries[id], own];
    const known = sightings.find((one) => one?.textHash === entry.textHash);
    const { textHash } = entry;
    const textSince = known?.textSince ?? seen.now;
    return [id, { ...(own ?? unseen), workspace: entry.workspace, textHash, textSince }] as const;
  });
  return { ...formerMemory, entries: { ...formerMemory.entries, ...Object.fromEntries(entries) } };
}

const unseen: Omit<EntryMemory, 'workspace' | 'textHash' | 'textSince'> = {
  bootId: null,
  seen: null,
  agent: null,
  shellSince: null,
  formerVisibleStatus: null,
};

function bootNow({ observation, formerMemory }: PlanInput): string | null {
  return 'known' in observation.boot ? observation.boot.known.id : formerMemory.bootId;
}

/**
 * Returns the boot to remember: while a session is missing, the boot in which it was there, so that its death finds the
 * same cause later.
 */
function entryBoot(one: EntryView, input: PlanInput): string | null {
  const isMissing = one.entry.status === 'running' && one.verdict.liveness !== 'alive';
  return isMissing ? (one.memory?.bootId ?? input.formerMemory.bootId) : bootNow(input);
}

function textMemory(entry: Entry, input: PlanInput): EntryMemory {
  const memory = memoryOf(entry, input);
  return {
    workspace: entry.workspace,
    textHash: entry.textHash,
    textSince: textSince(entry, memory, input),
    bootId: memory?.bootId ?? bootNow(input),
    seen: memory?.seen ?? null,
    agent: memory?.agent ?? null,
    ...(memory?.movedOn === undefined ? {} : { movedOn: memory.movedOn }),
    shellSince: null,
    formerVisibleStatus: memory?.formerVisibleStatus ?? null,
  };
}

function entryMemory(one: EntryView, input: PlanInput): EntryMemory {
  const { entry, memory, deserted } = one;
  const waits = waitingSince(one, input);
  return {
    workspace: entry.workspace,
    textHash: entry.textHash,
    textSince: one.textSince,
    bootId: entryBoot(one, input),
    seen: seenNow(one, input) ?? memory?.seen ?? null,
    agent: agentNow(one, input) ?? memory?.agent ?? null,
    ...movedOnNow(one, input.observation),
    shellSince: deserted ? Math.min(memory?.shellSince ?? input.now, input.now) : null,
    formerVisibleStatus:
      entry.lastVisibleStatus === 'agent-exited' ? (memory?.formerVisibleStatus ?? null) : entry.lastVisibleStatus,
    ...(waits === null ? {} : { waitingSince: waits }),
  };
}

/**
 * Returns the sighting to remember, under the entry's own name only: a renamed session would take the entry's memory of
 * its pane along. A pane that is left beside the closed one does not take its place: another agent may begin there.
 */
function seenNow(one: EntryView, input: PlanInput): EntryMemory['seen'] {
  const { found, memory, tree } = one;
  if (found === null || one.moved || isLeftBeside(one)) return null;
  const former = isPaneAsSeen(found, found.pane, memory) ? (memory?.seen ?? null) : null;
  return {
    socket: found.socket,
    serverPid: found.server.pid,
    serverStart: found.server.start,
    sessionId: found.session.id,
    sessionCreated: found.session.created,
    paneId: found.pane.id,
    panePid: found.pane.pid ?? former?.panePid ?? null,
    paneStart: tree?.root?.start ?? former?.paneStart ?? null,
    paneSince: paneSince(found, { pane: found.pane, tree }, memory, input),
  };
}

function agentNow(
  {
    agentProcess,
    identity,
    memory,
    sharesFolder,
  }: Pick<EntryView, 'agentProcess' | 'identity' | 'memory' | 'sharesFolder'>,
  { observation }: PlanInput,
): EntryMemory['agent'] {
  if (agentProcess === null) return null;
  const { pid, start } = agentProcess;
  const root = observation.agentProcesses.get(pid)?.root ?? null;
  const former = memory?.agent ?? null;
  const known = former !== null && former.pid === pid && former.start === start ? former : null;
  const shared = sharesFolder || known?.sharedFolder === true ? { sharedFolder: true as const } : {};
  if (identity.kind === 'proven') {
    // The memory of an earlier version names no proof.
    const before = known?.id === identity.id ? (known.proof ?? null) : null;
    const proof = before === null ? identity.proof : strongerOf(before, identity.proof);
    return { pid, start, id: identity.id, proof, root, ...shared };
  }
  return { pid, start, id: known?.id ?? null, proof: known?.proof ?? null, root, ...shared };
}

/**
 * Returns the memory of entries that this plan registers: they are settled already, and known by their session. The
 * text's hash is filled in once it is written.
 */
function plannedEntries(view: View, drifts: readonly Drift[]): readonly (readonly [string, EntryMemory])[] {
  const planned = new Map(
    drifts
      .flatMap((drift) => drift.edits)
      .flatMap((edit) => (edit.op === 'register' ? [[edit.entry.session, edit] as const] : [])),
  );
  if (planned.size === 0) return [];
  return view.newcomers.flatMap((newcomer) => {
    const one = newcomer.where;
    const edit = planned.get(one.session.name);
    const pane = one.session.panes.find((each) => !each.dead) ?? one.session.panes[0];
    const isThatOne = (edit?.entry.socket ?? socketPath(view.input.observation, null)) === one.socket;
    if (edit === undefined || pane === undefined || !isThatOne) return [];
    planned.delete(one.session.name);
    const tree = pane.dead ? undefined : view.input.observation.panes.get(pane.pid);
    const root = tree !== undefined && 'known' in tree ? tree.known.root : null;
    const memory: EntryMemory = {
      workspace: typeof edit.fields['workspace'] === 'string' ? edit.fields['workspace'] : null,
      textHash: '',
      textSince: bornAt(one, view.input),
      bootId: bootNow(view.input),
      seen: {
        socket: one.socket,
        serverPid: one.server.pid,
        serverStart: one.server.start,
        sessionId: one.session.id,
        sessionCreated: one.session.created,
        paneId: pane.id,
        panePid: pane.pid,
        paneStart: root?.start ?? null,
        paneSince: root?.startedAt ?? bornAt(one, view.input),
      },
      agent: agentNow({ ...newcomer, memory: null }, view.input),
      shellSince: null,
      formerVisibleStatus: 'auto-registered',
    };
    return [[entryId(edit.entry), memory] as const];
  });
}

function sessionNames(input: PlanInput): (readonly [string, Memory['sessions'][string]])[] {
  const names: (readonly [string, Memory['sessions'][string]])[] = [];
  for (const socket of socketsInOrder(input.observation)) {
    const seen = input.observation.sockets.get(socket);
    if (seen === undefined) continue;
    if ('blind' in seen) {
      const former = Object.entries(input.formerMemory.sessions);
      names.push(...former.filter(([key]) => key.startsWith(`${socket}\u0000`)));
      continue;
    }
    const { server } = seen.known;
    for (const session of server?.sessions ?? []) {
      if (server === null) continue;
      const where = { socket, server, session };
      names.push([sessionKey(where), { name: session.name, since: nameSince(where, input) }]);
    }
  }
  return names;
}
