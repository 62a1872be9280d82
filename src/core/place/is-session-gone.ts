import type { SocketPath } from '../model/branded.ts';
import type { Evidence } from '../model/drift.ts';
import { type Entry, isLeftAlone } from '../model/entry.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { Observation, Process, SocketState } from '../model/observation.ts';
import { homeSocket, isPossible, socketsInOrder } from './session-of-entry.ts';
import type { Doubt, PlanInput } from '../model/plan.ts';
import type { Absence, Unseen } from '../model/view.ts';
import { socketPath } from './socket-path.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';

/** The least time between two observations that must agree; ms. */
export const confirmAfterMs = 250;

/**
 * Judges an absent session. `gone` needs a complete answer of every server that could hold the session, and a kernel
 * that does not disagree. Everything else is `unknown`.
 */
export function absence(entry: Entry, memory: EntryMemory | null, textSince: number, input: PlanInput): Absence {
  const { observation } = input;
  const home = homeSocket(entry, memory, observation);
  const sockets =
    home === null ? socketsInOrder(observation).filter((socket) => isPossible(socket, observation)) : [home];
  const answers = sockets.map((socket) => ask(socket, input));
  const unasked = serversUnasked(home, memory, observation);
  const base = {
    socket: home ?? socketPath(observation, null),
    serverGone: goneServer(entry, memory, input),
    evidence: [
      ...answers.map((answer) => answer.evidence),
      ...unasked.map(({ source, reason }) => ({ source, said: reason, at: observation.at })),
    ],
    unseen: [...answers.flatMap((answer) => answer.unseen), ...unasked],
    unconfirmed: false,
    doubt: null,
  };
  const [unseen] = base.unseen;
  if (unseen !== undefined) return { ...base, liveness: 'unknown', doubt: unseen };
  // No death is ever written for an entry that says terminated itself, or is left alone.
  if (entry.status !== 'running' || isLeftAlone(entry)) return { ...base, liveness: 'gone' };

  const kernel = askKernel(entry, memory, textSince, input);
  const evidence = [...base.evidence, ...kernel.evidence];
  if (kernel.says === 'blind') {
    return { ...base, evidence, unseen: [kernel.unseen], liveness: 'unknown', doubt: kernel.unseen };
  }
  if (kernel.says === 'lives') return { ...base, evidence, liveness: 'unknown', doubt: kernel.doubt };
  if (kernel.says === 'no pid' && input.looksAgain === 0) {
    return { ...base, evidence, liveness: 'unknown', unconfirmed: true, doubt: onceMore };
  }
  return { ...base, evidence, liveness: 'gone' };
}

/**
 * Returns the living tmux servers that may hold the session and could not be asked: for a session that was seen before
 * only its own server; for another one any server of the user.
 */
function serversUnasked(home: string | null, memory: EntryMemory | null, observation: Observation): readonly Unseen[] {
  const { servers, sockets, unreachable } = observation;
  const seen = memory?.seen ?? null;
  if (seen === null) {
    return unreachable
      .filter(({ socket }) => home === null || socket === home)
      .map(({ pid, reason, cure }) => ({ source: `tmux server ${pid}`, reason, cure }));
  }
  const { serverPid: pid, serverStart: start, socket } = seen;
  const isAsked = [...sockets.values()].some(
    (state) => 'known' in state && state.known.server?.pid === pid && state.known.server.start === start,
  );
  const answer = sockets.get(socket);
  // The answer of that socket says so itself.
  const isSaid = answer === undefined || 'blind' in answer || answer.known.hidden.includes(pid);
  if (socket !== home || isSaid || isAsked || start === '' || servers.get(pid) !== start) return [];
  const reason = `the tmux server ${pid} that ran it lives, and is not the one that answers at ${socket}`;
  return [{ source: `tmux server ${pid}`, reason, cure: `kill -USR1 ${pid} (the server makes its socket again)` }];
}

const onceMore: Doubt = { reason: 'it is absent, and no process can be asked', cure: 'it is looked for once more' };

/** Decides whether a process is the known one of the pane: same start, or older than the text that names its pid. */
export function isKnownPane(process: Process, entry: Entry, memory: EntryMemory | null, textSince: number): boolean {
  const seen = memory?.seen ?? null;
  if (seen !== null && seen.panePid === process.pid && seen.paneStart !== null) return seen.paneStart === process.start;
  return entry.pane?.pid === process.pid && process.startedAt <= textSince;
}

/** Returns the pane pids that may still belong to the session, an observed one first. */
export function knownPanePids(entry: Entry, memory: EntryMemory | null): readonly number[] {
  const pids = [memory?.seen?.panePid, entry.pane?.pid].filter((pid) => pid != null);
  return [...new Set(pids)];
}

function ask(socket: SocketPath, input: PlanInput): { evidence: Evidence; unseen: readonly Unseen[] } {
  const { sockets, at } = input.observation;
  const seen = sockets.get(socket) ?? { blind: 'was not asked', cure: 'run the pass again' };
  const source = `tmux:${socket}`;
  if ('blind' in seen) {
    return {
      evidence: { source, said: clean(seen.blind), at },
      unseen: [{ source, reason: seen.blind, cure: seen.cure }],
    };
  }
  const { hidden, server } = seen.known;
  const said = notAmongThem(seen.known);
  if (hidden.length === 0) return { evidence: { source, said, at }, unseen: [] };
  const pids = hidden.join(' ');
  const reason = `the tmux server ${pids} lives behind the same path, where another one answers: its socket was replaced`;
  const other = server === null ? '' : `, and server ${server.pid} is then the hidden one`;
  const cure = `kill -USR1 ${pids} (that server makes its socket again${other})`;
  return { evidence: { source, said: `${said}; ${reason}`, at }, unseen: [{ source, reason, cure }] };
}

function notAmongThem(state: SocketState): string {
  return state.server === null ? state.said : `${state.said}, not among them`;
}

type KernelAnswer = { readonly evidence: readonly Evidence[] } & (
  | { readonly says: 'dead' | 'no pid' }
  | { readonly says: 'lives'; readonly doubt: Doubt }
  | { readonly says: 'blind'; readonly unseen: Unseen }
);

/**
 * Asks the kernel: a list may be wrong (an access list, a name lost in a move), the process that ran in the pane is
 * not.
 */
function askKernel(entry: Entry, memory: EntryMemory | null, textSince: number, input: PlanInput): KernelAnswer {
  const { panes, at } = input.observation;
  const pids = knownPanePids(entry, memory);
  if (pids.length === 0) return { says: 'no pid', evidence: [] };
  const evidence: Evidence[] = [];
  for (const pid of pids) {
    const seen = panes.get(pid) ?? { blind: `pid ${pid} was not asked`, cure: 'run the pass again' };
    if ('blind' in seen) {
      const unseen = { source: 'proc', reason: seen.blind, cure: seen.cure };
      return { says: 'blind', evidence: [{ source: 'proc', said: clean(seen.blind), at }], unseen };
    }
    const { root, parentIsTmux } = seen.known;
    if (root === null || !isKnownPane(root, entry, memory, textSince)) {
      evidence.push({ source: 'proc', said: `pid ${pid} is not there any more`, at });
    } else if (root.tty !== 0 && parentIsTmux) {
      const said = `pid ${pid} still runs in a terminal of a living tmux server`;
      const cure = `find its session, then rename the entry: tmux list-panes -a | grep ${pid}`;
      return { says: 'lives', evidence: [{ source: 'proc', said, at }], doubt: { reason: said, cure } };
    } else {
      evidence.push({ source: 'proc', said: `pid ${pid} still runs`, at });
    }
  }
  return { says: 'dead', evidence };
}

/**
 * Returns what says that the server that ran the session is gone, whatever listens at its socket now; `null`: nothing
 * does. It names no entry, so that it is said once of all.
 */
function goneServer(entry: Entry, memory: EntryMemory | null, input: PlanInput): Absence['serverGone'] {
  const { observation, registry } = input;
  const seen = memory?.seen ?? null;
  const socket = homeSocket(entry, memory, observation) ?? socketPath(observation, null);
  const state = observation.sockets.get(socket);
  if (state === undefined || 'blind' in state) return null;
  const { server } = state.known;
  // The list says so itself.
  if (server === null) return [];
  const began = `the server that answers (pid ${server.pid}) began at ${isoSeconds(server.startedAt)}`;
  const said = (why: string): readonly Evidence[] => [
    { source: `tmux:${socket}`, said: `${began}, ${why}`, at: observation.at },
  ];
  if (seen !== null && seen.socket === socket) {
    const isAnother = server.pid !== seen.serverPid || server.start !== seen.serverStart;
    return isAnother ? said(`and is not the one that ran them (pid ${seen.serverPid})`) : null;
  }
  const written = entry.createdAt ?? registry.mtime;
  return written !== null && server.startedAt > written ? said('after these entries were written') : null;
}
