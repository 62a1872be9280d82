import { randomBytes } from 'node:crypto';
import type { Seen, SocketState } from '../../core/model/observation.ts';
import { counted } from '../../core/words/counted.ts';
import { shellQuote } from '../../core/words/text.ts';
import type { ProcessObservation } from '../process/processes.ts';
import { runProgram, type ProgramAnswer } from '../../system/run-program.ts';
import { shortageOf } from '../../system/shortage.ts';
import { meaningOf, meaningOfPart, type TmuxFailure } from './tmux-failure.ts';
import { listFormats, parseList, type WholeList } from './tmux-list.ts';

export interface TmuxOptions {
  readonly program: string;
  /** How long one socket may take to answer; ms. */
  readonly deadlineMs: number;
}

export interface SocketAnswer {
  readonly seen: Seen<SocketState>;
  /** @see WholeList.titles */
  readonly titles: ReadonlyMap<number, string>;
  readonly spawns: number;
}

/** Asks one socket for everything, once. A failure means that nothing is known, never that nothing is there. */
export async function askSocket(
  socket: string,
  options: TmuxOptions,
  processes: ProcessObservation,
  signal: AbortSignal,
): Promise<SocketAnswer> {
  const list = await ask(socket, options, withSessions, signal);
  const titles = list.kind === 'list' ? list.list.titles : new Map<number, string>();
  if (list.kind !== 'no session') return { seen: await read(list, socket, options, processes), titles, spawns: 1 };
  const second = await ask(socket, options, withoutSessions, signal);
  // It tells only one pane of a session that was created meanwhile.
  const isEmpty = second.kind !== 'list' || second.list.sessions.length === 0;
  const empty = isEmpty ? second : ({ kind: 'no session' } as const);
  return { seen: await read(empty, socket, options, processes), titles, spawns: 2 };
}

/** Answers for a socket at which no process listens, by the kernel's list, without starting a client. */
export async function askDeadSocket(socket: string, processes: ProcessObservation): Promise<Seen<SocketState> | null> {
  const behind = await processes.serversBehind(socket);
  if ('blind' in behind || behind.known.length > 0) return null;
  return {
    known: {
      server: null,
      hidden: [],
      said: 'no server: no process listens at the socket, and there is no tmux server process',
    },
  };
}

type ClientAnswer =
  | { readonly kind: 'list'; readonly list: WholeList }
  | { readonly kind: 'too late' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'not started'; readonly reason: string }
  | TmuxFailure;

type Commands = (formats: ReturnType<typeof listFormats>) => readonly string[];

const withSessions: Commands = ({ pane, end }) => ['list-panes', '-a', '-F', pane, ';', 'display-message', '-p', end];

/**
 * Lists the sessions of a server that may have none: `list-panes -a` fails without a session, `list-sessions` does not.
 * `list-commands` of one command prints its format once.
 */
const withoutSessions: Commands = ({ pane, end }) => {
  return ['list-sessions', '-F', pane, ';', 'list-commands', '-F', end, 'list-commands'];
};

/**
 * Runs a client. `-N`: never start a server. `-u`: without it tabs and letters outside ASCII become `_` under
 * `LC_ALL=C`.
 */
async function ask(
  socket: string,
  options: TmuxOptions,
  commands: Commands,
  signal: AbortSignal,
): Promise<ClientAnswer> {
  const mark = randomBytes(6).toString('hex');
  const args = ['-N', '-u', '-S', socket, ...commands(listFormats(mark))];
  return clientAnswer(await runProgram(options.program, args, options.deadlineMs, signal), mark, socket);
}

function clientAnswer(answer: ProgramAnswer, mark: string, socket: string): ClientAnswer {
  if (answer.kind !== 'ended') return answer;
  const { code, stdout, stderr } = answer;
  if (code === null) {
    const reason = `the tmux client was ended by ${answer.signal ?? 'a signal'} before it had answered`;
    return { kind: 'blind', reason, cure: `try: tmux -S ${shellQuote(socket)} list-sessions` };
  }
  if (code !== 0) return meaningOf(stderr.trim(), code, socket);
  const list = parseList(stdout, mark);
  return list === null ? meaningOfPart(stdout + stderr, socket) : { kind: 'list', list };
}

async function read(
  answer: ClientAnswer,
  socket: string,
  options: TmuxOptions,
  processes: ProcessObservation,
): Promise<Seen<SocketState>> {
  switch (answer.kind) {
    case 'list':
      return known(answer.list, socket, processes);
    case 'no server':
      return noServer(answer.words, socket, processes);
    case 'too late':
      return tooLate(socket, options.deadlineMs, processes);
    case 'not started':
      return notStarted(answer.reason, options.program);
    case 'aborted':
      return { blind: 'the observation was ended', cure: 'look again' };
    case 'no session':
      return { blind: 'the server had no session, and then it had', cure: 'it is asked again by the next pass' };
    case 'blind':
      return { blind: answer.reason, cure: answer.cure };
  }
}

async function known(list: WholeList, socket: string, processes: ProcessObservation): Promise<Seen<SocketState>> {
  const { serverPid: pid, titles: _, ...rest } = list;
  const count = counted(list.sessions.length, 'session');
  const start = (await processes.startOf(pid)) ?? '';
  const hidden = await processes.hiddenBehind(socket, pid);
  return { known: { server: { pid, start, ...rest }, hidden, said: `complete list of ${count}` } };
}

/**
 * Answers for "no server": the same message comes when the socket file was deleted under a living server, so the kernel
 * is asked too.
 */
async function noServer(words: string, socket: string, processes: ProcessObservation): Promise<Seen<SocketState>> {
  const behind = await processes.serversBehind(socket);
  if ('blind' in behind) return behind;
  if (behind.known.length === 0) {
    return { known: { server: null, hidden: [], said: `no server: ${words}, and no tmux server process` } };
  }
  const pids = behind.known.join(' ');
  return {
    blind: `${words}, but the tmux server ${pids} that could be it still lives: its socket file may have been deleted`,
    cure: `kill -USR1 ${pids} (the server makes its socket again)`,
  };
}

async function tooLate(socket: string, deadlineMs: number, processes: ProcessObservation): Promise<Seen<SocketState>> {
  const behind = await processes.serversBehind(socket);
  const pids = 'known' in behind ? behind.known : [];
  const cure =
    pids.length === 0
      ? `see whether the server is stopped (state T): ps -eo pid,stat,args | grep tmux`
      : `if it is stopped: kill -CONT ${pids.join(' ')}`;
  return { blind: `no answer in ${deadlineMs} ms`, cure };
}

function notStarted(reason: string, program: string): Seen<SocketState> {
  if (reason === 'ENOENT') {
    // A service, cron and a host with windows have a shorter PATH than the user's shell.
    const cure =
      'apt-get install tmux (or: brew install tmux); if it is there: put the folder of `command -v tmux` into PATH';
    return { blind: `${program} is not installed`, cure };
  }
  const shortage = shortageOf(reason);
  if (shortage !== null) return { blind: `${program} cannot be started: ${shortage.reason}`, cure: shortage.cure };
  return { blind: `${program} cannot be started (${reason})`, cure: `try: ${shellQuote(program)} -V` };
}
