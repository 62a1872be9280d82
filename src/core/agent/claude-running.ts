import { idKey, isSameId } from '../model/conversation-id.ts';
import type { ClaudeLive, Observation, Process } from '../model/observation.ts';
import { processesInPanes } from '../place/pane-tree.ts';
import { shellQuote } from '../words/text.ts';
import { launchOf } from './claude-launch.ts';
import { looksLikeClaude, recordsIn, usualClaudeRoot } from './claude-process.ts';
import { runningAs, type Running } from './running.ts';

/**
 * Returns who runs a conversation of Claude's now: by Claude's records of living processes, be they in a pane, in another
 * terminal or in the background, or by the arguments of one in a pane that has no record yet.
 */
export function claudeRunning(id: string, observation: Observation): Running | null {
  if ('blind' in observation.claude) return null;
  const { live } = observation.claude.known;
  const records = recordsIn(observation.claude.known).toSorted((one, other) => one.pid - other.pid);
  const record = records.find(({ sessionId }) => isSameId(sessionId, id)) ?? records.find((one) => isJobOf(one, id));
  if (record !== undefined) return runningIn(record, observation);
  const launched = processesInPanes(observation).find((one) => !live.has(one.pid) && isLaunchedWith(one, id));
  return launched === undefined ? null : runningAs(launched.pid, observation);
}

/** Names the shell's variable where Claude would look into another folder: it looks into one only. */
export function claudeCommand(words: string, path: string, { claude, home }: Observation): string {
  const roots = 'known' in claude ? claude.known.roots : [];
  const root = roots.find((one) => path.startsWith(`${one.path}/`))?.path ?? usualClaudeRoot(home);
  return root === usualClaudeRoot(home) ? words : `CLAUDE_CONFIG_DIR=${shellQuote(root)} ${words}`;
}

/** A job is named by the first characters of the conversation with which it began; after a `/clear` it runs another. */
function isJobOf({ kind, jobId }: ClaudeLive, id: string): boolean {
  return kind === 'bg' && jobId !== null && jobId.length >= 8 && idKey(id).startsWith(idKey(jobId));
}

function isLaunchedWith(process: Process, id: string): boolean {
  return looksLikeClaude(process) && launchOf(process).id === idKey(id);
}

function runningIn({ pid, kind, jobId, path, tmux }: ClaudeLive, observation: Observation): Running {
  if (kind !== 'bg') return runningAs(pid, observation, tmux);
  if (jobId === null) return { where: `in the background (pid ${pid})`, attach: null };
  return { where: 'in the background', attach: claudeCommand(`claude attach ${shellQuote(jobId)}`, path, observation) };
}
