import type { AgentActivity, WaitingFor } from '../../core/model/activity.ts';
import type { ClaudeLive } from './observation.ts';

/** This program's word for Claude's `waitingFor` (the words of 2.1.332). */
const words: Readonly<Record<string, WaitingFor>> = {
  'permission prompt': 'permission prompt',
  'sandbox request': 'permission prompt',
  'worker request': 'permission prompt',
  'input needed': 'question',
  'goal proposal': 'permission prompt',
  'approve plan': 'plan approval',
};

/** Claude names the tool if it asks whether it may run one (`approve Bash`, seen in 2.1.123). */
const approveTool = /^approve (\S+)$/;
const tools: Readonly<Record<string, WaitingFor>> = { ExitPlanMode: 'plan approval', AskUserQuestion: 'question' };

/** Any dialog of Claude's own, such as `/resume` or a question at its start: whether it asks something is not recorded. */
const openDialog = 'dialog open';

/** Returns what a Claude does now, by its own record. Whether the times can be true is not asked here. */
export function activityOf(
  live: Pick<ClaudeLive, 'status' | 'waitingFor' | 'statusUpdatedAt' | 'updatedAt'>,
): AgentActivity {
  const { status, waitingFor, statusUpdatedAt: since } = live;
  if (status === 'busy') return { activity: 'working', waiting: null, since };
  if (status !== 'waiting') return { activity: status, waiting: null, since: status === null ? null : since };
  // The time is that of the dialog; the agent was idle before.
  if (waitingFor === openDialog) return { activity: 'idle', waiting: null, since: null };
  // Up to 2.1.123 the record has one time only; while it waits nothing else changes it.
  const waits = since ?? live.updatedAt;
  return { activity: 'waiting', waiting: { for: ourWord(waitingFor), since: waits }, since: waits };
}

function ourWord(waitingFor: string | null): WaitingFor | null {
  if (waitingFor === null) return null;
  if (Object.hasOwn(words, waitingFor)) return words[waitingFor] ?? null;
  const tool = approveTool.exec(waitingFor)?.[1];
  if (tool === undefined) return null;
  return (Object.hasOwn(tools, tool) ? tools[tool] : undefined) ?? 'permission prompt';
}
