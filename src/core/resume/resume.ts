import { canGoOn, fileOf } from '../model/conversation-file.ts';
import { idKey } from '../model/conversation-id.ts';
import { idFields } from '../model/id-fields.ts';
import { evidenceOf } from '../place/agent-processes.ts';
import { runningOf } from '../identity/running.ts';
import type { AgentEvidence } from '../model/evidence.ts';
import type { Running } from '../place/where-it-runs.ts';
import { homeExpanded } from '../words/home-path.ts';
import type { Agent } from '../model/entry.ts';
import type { Entry } from '../model/entry.ts';
import type { EntryMemory } from '../model/memory.ts';
import { movedOnFrom } from '../identity/moved-on.ts';
import type { Observation } from '../model/observation.ts';
import { clean, shellQuote } from '../words/text.ts';
import { socketPath } from '../place/socket-path.ts';

/** How to go on with an entry's conversation: a line for a shell, or a sentence that says why there is none. */
export type Resume =
  { readonly kind: 'line'; readonly line: string } | { readonly kind: 'sentence'; readonly sentence: string };

/** What is asked of an entry; `find` asks it for a conversation that no entry names. */
type Resumed = Pick<Entry, 'agent' | 'ids' | 'cwd' | 'pane'>;

/** Returns the shell line that goes on with an entry's recorded conversation; `null`: there is no conversation. */
export function resumeOf(entry: Resumed, memory: EntryMemory | null, observation: Observation): Resume | null {
  return mapLine(conversationOf(entry, memory, observation), ({ cwd, command }) =>
    cwd === null ? command : `cd ${shellQuote(cwd)} && ${command}`,
  );
}

/** Returns the id of the conversation with which its line goes on; `null`: it has no line. */
export function resumedId(entry: Resumed, memory: EntryMemory | null, observation: Observation): string | null {
  const answer = conversationOf(entry, memory, observation);
  return answer?.kind === 'conversation' ? answer.id : null;
}

/**
 * Returns the line that makes the entry's session again, with its conversation in it. Several such lines need not wait
 * for one another. tmux refuses a name that it has already, so the line changes nothing where the session lives.
 * @param socket where the session was
 */
export function sessionCommand(
  entry: Entry,
  memory: EntryMemory | null,
  observation: Observation,
  socket: string | null,
): Resume | null {
  if (entry.session.endsWith('\n')) return sentence('Its name ends with a line break, which no line can give to tmux.');
  if (socket !== null && [socket, folderOf(socket)].some((path) => path.endsWith('\n')))
    return sentence(
      'The path of its tmux socket, or its folder, ends with a line break, which no line can give to tmux.',
    );
  return mapLine(conversationOf(entry, memory, observation), ({ cwd, command }) => {
    const folder = cwd === null ? [] : ['-c', tmuxWord(cwd.endsWith('\n') ? `${cwd}/` : cwd)];
    const words = [
      'new-session',
      '-d',
      '-s',
      tmuxWord(entry.session),
      ...folder,
      'sh',
      '-c',
      shellQuote(inPane(command)),
    ];
    return [serverCommand(socket, observation), ...words].join(' ');
  });
}

/**
 * Returns the script of the pane: when the agent ends, also by Ctrl-C, the session stays with the user's shell. It is for
 * `sh`, because the user's own shell may know neither `exec` nor variables before a command.
 */
function inPane(command: string): string {
  return `trap : INT; ${command}; exec "\${SHELL:-/bin/sh}"`;
}

/**
 * Returns the command for that server. The usual one is named too: inside tmux a command without a name goes to the
 * server around it. tmux makes the folder of its own sockets, but none for `-S`; a boot empties `/tmp` and `/run`.
 */
function serverCommand(socket: string | null, observation: Observation): string {
  if (socket === null || socket === socketPath(observation, null)) return 'tmux -L default';
  return `mkdir -p -m 700 ${shellQuote(folderOf(socket))} && tmux -S ${shellQuote(socket)}`;
}

function folderOf(socket: string): string {
  return socket.slice(0, Math.max(1, socket.lastIndexOf('/')));
}

/** Returns the line of a resume, if it has one. */
export function lineOf(resume: Resume | null): string | null {
  return resume?.kind === 'line' ? resume.line : null;
}

/**
 * Quotes a word for tmux, which expands formats in a session's name and folder (`#(…)` would be run) and takes a `;` at
 * the end for the end of the command. It leaves `#` as it is before a `[`, where a style begins.
 */
function tmuxWord(text: string): string {
  return shellQuote(text.replaceAll(/#+(?![#[])/g, '$&$&').replace(/;$/, '\\;'));
}

interface Conversation {
  readonly kind: 'conversation';
  readonly id: string;
  readonly cwd: string | null;
  /** The agent's command that goes on with the conversation. */
  readonly command: string;
}

type Answer = Conversation | Extract<Resume, { kind: 'sentence' }> | null;

function mapLine(answer: Answer, line: (conversation: Conversation) => string): Resume | null {
  return answer?.kind === 'conversation' ? { kind: 'line', line: line(answer) } : answer;
}

/**
 * Finds the conversation to go on with: the one the entry runs counts before the one it created. An id without a file is
 * passed over, because resuming it would begin a new conversation.
 */
function conversationOf(entry: Resumed, memory: EntryMemory | null, observation: Observation): Answer {
  if (entry.agent === null) return null;
  const { agent } = entry;
  const seen = evidenceOf(agent, observation);
  if ('blind' in seen) return null;
  for (const { value } of idFields(entry).toReversed()) {
    if (value == null) continue;
    const running = runningOf(value, agent, observation);
    if (running !== null) return goesOn(running);
    const file = fileOf(value, seen.known);
    if (canGoOn(file)) {
      return lastOf(value, { entry, memory, agent, evidence: seen.known, observation });
    }
    const [hidden] = file.kind === 'unknown' ? file.hiddenIn : [];
    if (hidden !== undefined) return sentence(`Its conversation could lie in ${hidden.path}, which ${hidden.reason}.`);
  }
  return seen.known.outlives === null ? null : sentence(seen.known.outlives);
}

interface Context {
  readonly entry: Resumed;
  readonly memory: EntryMemory | null;
  readonly agent: Agent;
  readonly evidence: AgentEvidence;
  readonly observation: Observation;
}

/**
 * Follows a conversation that was moved to the background: it goes on under another id, there or, once that has ended,
 * from it.
 */
function lastOf(recorded: string, { entry, memory, agent, evidence, observation }: Context): Answer {
  const hidden = evidence.unreadable.find(({ hides }) => hides.kind === 'records' && hides.pid === null);
  if (hidden !== undefined)
    return sentence(`Whether its conversation goes on elsewhere is not known: ${hidden.path} ${hidden.reason}.`);
  let id = recorded;
  const seen = new Set<string>();
  for (;;) {
    seen.add(idKey(id));
    const next = evidence.ends.get(idKey(id))?.continuedIn ?? movedOnFrom(id, memory);
    if (next === null || seen.has(idKey(next))) break;
    const running = runningOf(next, agent, observation);
    if (running !== null) return goesOn(running);
    const file = fileOf(next, evidence);
    // Nothing was written in it yet.
    if (file.kind !== 'there') break;
    id = next;
  }
  const written = entry.cwd ?? entry.pane?.cwd ?? null;
  const named = written === null ? null : homeExpanded(written, observation.home);
  const cwd = evidence.ends.get(idKey(id))?.cwd ?? named;
  if (cwd !== null && observation.folders.get(cwd) !== true) {
    const isGone = observation.folders.get(cwd) === false;
    return sentence(`The folder of its conversation ${isGone ? 'is gone' : 'cannot be seen'}: ${cwd}.`);
  }
  const command = evidence.resume.get(idKey(id)) ?? null;
  return command === null ? null : { kind: 'conversation', id, cwd, command };
}

function goesOn({ where, attach }: Running): Answer {
  return sentence(`Its conversation goes on ${where}${attach === null ? '.' : `; attach with: ${attach}`}`);
}

/** Returns a sentence; a path or a name from outside cannot break its line. */
function sentence(text: string): Extract<Resume, { kind: 'sentence' }> {
  return { kind: 'sentence', sentence: clean(text) };
}
