import { fileOf } from './agent/conversation-file.ts';
import { idFields } from './agent/id-fields.ts';
import { agents } from './agent/index.ts';
import { homeExpanded } from './home-path.ts';
import type { Entry } from './entry.ts';
import type { Observation } from './observation.ts';
import { shellQuote } from './text.ts';
import { socketPath } from './socket-path.ts';

interface Conversation {
  readonly cwd: string | null;
  /** The agent's command that goes on with it. */
  readonly command: string;
}

/** The shell line that goes on with an entry's recorded conversation; every word from outside is quoted. */
export function resumeOf(entry: Entry, observation: Observation): string | null {
  const conversation = conversationOf(entry, observation);
  if (conversation === null) return null;
  const { cwd, command } = conversation;
  return cwd === null ? command : `cd ${shellQuote(cwd)} && ${command}`;
}

/**
 * The line that makes the entry's session again, with its conversation in it: of many such lines none waits for the
 * one before.
 * @param socket where the session was
 */
export function sessionCommand(entry: Entry, observation: Observation, socket: string | null): string | null {
  const conversation = conversationOf(entry, observation);
  if (conversation === null) return null;
  const { cwd, command } = conversation;
  const server = socket === null || socket === socketPath(observation, null) ? [] : ['-S', shellQuote(socket)];
  const folder = cwd === null ? [] : ['-c', tmuxWord(cwd)];
  const words = ['new-session', '-d', '-s', tmuxWord(entry.session), ...folder, shellQuote(command)];
  return ['tmux', ...server, ...words].join(' ');
}

/** tmux expands formats in a session's name and folder, and `#(…)` among them would be run. */
function tmuxWord(text: string): string {
  return shellQuote(text.replaceAll('#', '##'));
}

/** An id whose artifact is gone would start a blank conversation. */
function conversationOf(entry: Entry, observation: Observation): Conversation | null {
  if (entry.agent === null) return null;
  const { filesIn, resumeCommand } = agents[entry.agent];
  const files = filesIn(observation);
  if ('blind' in files) return null;
  for (const { value } of idFields(entry).toReversed()) {
    const file = value == null ? null : fileOf(value, files.known);
    if (value == null || file?.kind !== 'there') continue;
    const cwd = entry.cwd ?? entry.pane?.cwd ?? null;
    const folder = cwd === null ? null : homeExpanded(cwd, observation.home);
    return { cwd: folder, command: resumeCommand(value, file.artifact, observation) };
  }
  return null;
}
