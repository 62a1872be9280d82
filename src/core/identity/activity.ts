import { shownRecord } from '../agent/claude-process.ts';
import type { ClaudeLive, Observation } from '../model/observation.ts';
import type { Activity, Waiting, WaitingFor } from '../model/activity.ts';
import type { PaneLook } from '../place/pane.ts';

/** Our word for Claude's `waitingFor` (the words of 2.1.332). */
const words: Readonly<Record<string, WaitingFor>> = {
  'permission prompt': 'permission prompt',
  'sandbox request': 'permission prompt',
  'worker request': 'permission prompt',
  'input needed': 'question',
  'goal proposal': 'permission prompt',
  'approve plan': 'plan approval',
};

/** Claude names the tool where it asks whether it may run one (`approve Bash`, seen in 2.1.123). */
const approveTool = /^approve (\S+)$/;
const tools: Readonly<Record<string, WaitingFor>> = { ExitPlanMode: 'plan approval', AskUserQuestion: 'question' };

/** The user opened it himself (`/resume`, a start-up question): the agent asks for nothing. */
const openDialog = 'dialog open';

/** Clocks of two processes may differ so far; ms. */
const aheadMs = 60_000;

/** What the agent in that pane does; `exited`: none is left in it. */
export function activityIn(look: PaneLook | null, observation: Observation): ReturnType<typeof activityOf> {
  if (look?.deserted === true) return { activity: 'exited', waiting: null };
  const agent = look?.agentProcess ?? null;
  const record = agent === null ? null : shownRecord(agent, observation);
  return record === null ? { activity: null, waiting: null } : activityOf(record, observation.at);
}

/** @param now ms since 1970 */
export function activityOf(
  live: Pick<ClaudeLive, 'status' | 'waitingFor' | 'statusUpdatedAt' | 'updatedAt'>,
  now: number,
): { readonly activity: Activity | null; readonly waiting: Waiting | null } {
  const { status, waitingFor } = live;
  if (status === 'busy') return { activity: 'working', waiting: null };
  if (status !== 'waiting') return { activity: status, waiting: null };
  if (waitingFor === openDialog) return { activity: 'idle', waiting: null };
  const since = live.statusUpdatedAt ?? live.updatedAt;
  const isTime = since !== null && since > 0 && since <= now + aheadMs;
  return { activity: 'waiting', waiting: { for: ourWord(waitingFor), since: isTime ? since : null } };
}

function ourWord(waitingFor: string | null): WaitingFor | null {
  if (waitingFor === null) return null;
  if (Object.hasOwn(words, waitingFor)) return words[waitingFor] ?? null;
  const tool = approveTool.exec(waitingFor)?.[1];
  if (tool === undefined) return null;
  return (Object.hasOwn(tools, tool) ? tools[tool] : undefined) ?? 'permission prompt';
}
