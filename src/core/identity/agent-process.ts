import { liveOf } from '../agent/claude-process.ts';
import { isProcessOf } from '../agent/index.ts';
import type { Agent } from '../entry.ts';
import type { Observation, PaneTree, Process } from '../observation.ts';

/**
 * The agent that the pane belongs to: the outermost one in the terminal's foreground. A nested `claude -p` (of a
 * plugin, a hook) is never it.
 */
export function agentProcessOf(tree: PaneTree, agent: Agent | null, observation: Observation): Process | null {
  if (tree.root === null) return null;
  const inForeground = (one: Process) => one.tty !== 0 && one.processGroup === one.foregroundGroup;
  const candidates = [tree.root, ...tree.descendants].filter(
    (one) => inForeground(one) && isProcessOf(agent, one, observation) && !isPrinting(one, observation),
  );
  return candidates[0] ?? null;
}

export function isPrinting(process: Process, observation: Observation): boolean {
  if (liveOf(process, observation)?.entrypoint?.startsWith('sdk') === true) return true;
  return process.argv.some((word) => word === '-p' || word === '--print');
}
