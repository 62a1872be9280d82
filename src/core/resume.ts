import type { Agent, Entry } from './entry.ts';
import type { Observation } from './observation.ts';
import { shellQuote } from './text.ts';

interface Conversation {
  readonly cwd: string | null;
  readonly agent: Agent;
  readonly id: string;
}

/** The shell line that goes on with an entry's recorded conversation; every word from outside is quoted. */
export function resumeOf(entry: Entry, observation: Observation): string | null {
  const conversation = conversationOf(entry, observation);
  if (conversation === null) return null;
  const { cwd, agent, id } = conversation;
  return cwd === null ? agentCommand(agent, id) : `cd ${shellQuote(cwd)} && ${agentCommand(agent, id)}`;
}

/**
 * The line that makes the entry's session again, with its conversation in it: of many such lines none waits for the
 * one before.
 * @param socket where the session was
 */
export function sessionCommand(entry: Entry, observation: Observation, socket: string | null): string | null {
  const conversation = conversationOf(entry, observation);
  if (conversation === null) return null;
  const { cwd, agent, id } = conversation;
  const server = socket === null || socket === observation.socketPath(null) ? [] : ['-S', shellQuote(socket)];
  const folder = cwd === null ? [] : ['-c', tmuxWord(cwd)];
  const command = shellQuote(agentCommand(agent, id));
  return ['tmux', ...server, 'new-session', '-d', '-s', tmuxWord(entry.session), ...folder, command].join(' ');
}

/** tmux expands formats in a session's name and folder, and `#(…)` among them would be run. */
function tmuxWord(text: string): string {
  return shellQuote(text.replaceAll('#', '##'));
}

function agentCommand(agent: Agent, id: string): string {
  return `${agent === 'claude' ? 'claude --resume' : 'agy --conversation'} ${shellQuote(id)}`;
}

/** An id whose artifact is gone would start a blank conversation. */
function conversationOf(entry: Entry, observation: Observation): Conversation | null {
  if (entry.agent === null) return null;
  const source = entry.agent === 'claude' ? observation.claude : observation.agy;
  if ('blind' in source) return null;
  const recorded = entry.agent === 'claude' ? [entry.ids.claude, entry.ids.own] : [entry.ids.agy];
  const id = recorded.find((candidate) => candidate != null && source.known.artifacts.get(candidate) != null);
  if (id == null) return null;
  return { cwd: entry.cwd ?? entry.pane?.cwd ?? null, agent: entry.agent, id };
}
