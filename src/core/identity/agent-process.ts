import { isProcessOf, isRecordedProcess } from '../agent/index.ts';
import type { Agent } from '../entry.ts';
import type { Observation, PaneTree, Process } from '../observation.ts';

/**
 * The agent that the pane belongs to: the outermost one in the terminal's foreground. A nested `claude -p` (of a plugin,
 * a hook, the agent's own tools) is never it, nor is a background session that it started.
 */
export function agentProcessOf(tree: PaneTree, agent: Agent | null, observation: Observation): Process | null {
  if (tree.root === null) return null;
  const inForeground = (one: Process) => one.tty !== 0 && one.processGroup === one.foregroundGroup;
  const candidates = [tree.root, ...tree.descendants].filter(
    (one) => inForeground(one) && isProcessOf(agent, one, observation),
  );
  // A wrapper that bears the agent's name has no record of its own.
  return candidates.find((one) => isRecordedProcess(agent, one, observation)) ?? candidates[0] ?? null;
}
