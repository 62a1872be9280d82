import { currentId } from '../model/id-fields.ts';
import { isProcessOf } from './agent-processes.ts';
import type { Entry } from '../model/entry.ts';
import { agentProcessOf, runsConversationOf } from './agent-process.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { Observation, PaneTree, Process, TmuxPane } from '../model/observation.ts';
import { knownPanePids } from './is-session-gone.ts';
import { processesIn } from './pane-tree.ts';
import { isInteractiveShell } from './shell.ts';
import type { EntryView, FoundSession } from '../model/view.ts';

export interface PaneState {
  readonly pane: TmuxPane;
  readonly tree: PaneTree | null;
  readonly agentProcess: Process | null;
  /**
   * No agent is left in the pane: a shell waits for a command there, or `remain-on-exit` kept the pane after its
   * process.
   */
  readonly deserted: boolean;
}

/**
 * Returns the pane of a session that belongs to the entry: the known one while an agent is in it, else the one whose
 * agent runs the recorded conversation, else the known one, else the first with an agent (the user split the window),
 * else the first living one. An agent beside the known pane is a visitor as long as that pane is there and the entry
 * records another conversation.
 */
export function paneOf(
  where: FoundSession,
  entry: Entry,
  memory: EntryMemory | null,
  observation: Observation,
): PaneState | null {
  const states = where.session.panes.map((pane) => stateOf(pane, entry, memory, observation));
  const pids = knownPanePids(entry, memory);
  const id = knownPaneId(where, memory);
  const known = [
    ...pids.flatMap((pid) => states.find((state) => state.pane.pid === pid && !state.pane.dead) ?? []),
    ...states.filter((state) => state.pane.id === id),
  ];
  const withAgent = (state: PaneState): boolean => state.agentProcess !== null;
  const isOwn = ({ agentProcess }: PaneState): boolean =>
    agentProcess !== null && (currentId(entry) === null || runsConversationOf(entry, agentProcess, observation));
  const chosen = known.find(withAgent) ?? states.find(isOwn) ?? known[0] ?? states.find(withAgent);
  if (chosen !== undefined) return chosen;
  const some = states.find((state) => !state.pane.dead) ?? states[0] ?? null;
  // It is not known which of them was the agent's.
  return some === null ? null : { ...some, deserted: states.every((state) => state.deserted) };
}

/**
 * Decides whether that pane of the entry's session is another one than before: then only the recorded conversation
 * proves that its agent is the entry's.
 */
export function isAnotherPane(where: FoundSession, pane: TmuxPane, entry: Entry, memory: EntryMemory | null): boolean {
  const id = knownPaneId(where, memory);
  const isKnown = pane.pid !== null && knownPanePids(entry, memory).includes(pane.pid);
  return id !== null && id !== pane.id && !isKnown && currentId(entry) !== null;
}

/** Decides whether the entry's pane was closed with its agent, and this pane is left without an agent. */
export function isLeftBeside({ found, agentProcess, entry, memory }: EntryView): boolean {
  return found !== null && agentProcess === null && isAnotherPane(found, found.pane, entry, memory);
}

/**
 * Returns the id of the known pane. tmux counts its panes anew in each server, and a session that was made again has
 * other panes.
 */
function knownPaneId({ socket, server, session }: FoundSession, memory: EntryMemory | null): string | null {
  const seen = memory?.seen ?? null;
  const isThere =
    seen?.socket === socket &&
    seen.serverPid === server.pid &&
    seen.serverStart === server.start &&
    seen.sessionId === session.id;
  return isThere ? (seen.paneId ?? null) : null;
}

function stateOf(pane: TmuxPane, entry: Entry, memory: EntryMemory | null, observation: Observation): PaneState {
  const seen = pane.dead ? undefined : observation.panes.get(pane.pid);
  const tree = seen !== undefined && 'known' in seen ? seen.known : null;
  const agentProcess = tree === null ? null : agentProcessOf(tree, entry, observation);
  const deserted = agentProcess === null && (pane.dead || isLeftToShell(tree, memory, observation));
  return { pane, tree, agentProcess, deserted };
}

/**
 * Decides whether only a shell is in the foreground of the pane's terminal, and no agent runs below the pane, not even
 * in the background. The shell may be the pane's own or a nested one (`nix develop`). It must be alone in its process
 * group, because a subshell that runs `ssh` looks like a nested shell. Helpers of a prompt have groups of their own.
 */
function isLeftToShell(tree: PaneTree | null, memory: EntryMemory | null, observation: Observation): boolean {
  const root = tree?.root ?? null;
  if (tree === null || root === null || root.tty === 0) return false;
  const processes = processesIn(tree);
  const [shell, ...others] = processes.filter(
    ({ tty, processGroup }) => tty === root.tty && processGroup === root.foregroundGroup,
  );
  if (shell === undefined || others.length > 0) return false;
  if (shell.pid !== shell.processGroup || !isInteractiveShell(shell)) return false;
  return !processes.some((one) => one !== shell && isAgent(one, memory, observation));
}

/** Decides whether a process is an agent: by its name, by its own record, or because an earlier pass proved it. */
function isAgent(process: Process, memory: EntryMemory | null, observation: Observation): boolean {
  const known = memory?.agent ?? null;
  if (known !== null && known.pid === process.pid && known.start === process.start) return true;
  return isProcessOf(null, process, observation);
}
