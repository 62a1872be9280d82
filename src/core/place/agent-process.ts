import { isSameId } from '../model/conversation-id.ts';
import type { Entry } from '../model/entry.ts';
import { currentId } from '../model/id-fields.ts';
import type { Observation, PaneTree, Process } from '../model/observation.ts';
import { processesIn } from './pane-tree.ts';
import { isProcessOf, isRecordedProcess, runs } from './agent-processes.ts';

/**
 * Returns the agent that the pane belongs to: the outermost one in the terminal's foreground. A nested `claude -p` (of
 * a plugin, a hook, the agent's own tools) is never it, nor is a background session that it started. If the user tries
 * another agent in front of the stopped one that runs the entry's conversation, the stopped one stays the entry's.
 */
export function agentProcessOf(tree: PaneTree, entry: Entry, observation: Observation): Process | null {
  const { agent } = entry;
  const isInForeground = (one: Process) => one.processGroup === one.foregroundGroup;
  const inPane = processesIn(tree).filter((one) => one.tty !== 0);
  const candidates = inPane.filter((one) => isInForeground(one) && isProcessOf(agent, one, observation));
  // A wrapper with the agent's name has no record of its own.
  const first = candidates.find((one) => isRecordedProcess(agent, one, observation)) ?? candidates[0] ?? null;
  if (first === null || runsConversationOf(entry, first, observation)) return first;
  const stopped = inPane.filter((one) => !isInForeground(one) && isProcessOf(agent, one, observation));
  return stopped.find((one) => runsConversationOf(entry, one, observation)) ?? first;
}

/** Decides whether that process runs the conversation that the entry records. */
export function runsConversationOf(entry: Entry, process: Process, observation: Observation): boolean {
  const recorded = currentId(entry);
  return entry.agent !== null && recorded !== null && runs(process, (id) => isSameId(id, recorded), observation);
}
