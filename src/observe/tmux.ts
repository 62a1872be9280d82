import type { Seen, SocketState } from '../core/observation.ts';
import { runTmux, type TmuxAnswer } from './run-tmux.ts';
import type { TmuxServers } from './server-process.ts';
import { endFormat, paneFormat, parseList } from './tmux-list.ts';

export interface TmuxOptions {
  readonly program: string;
  /** How long one socket may take to answer; ms. */
  readonly deadlineMs: number;
  /** Which living tmux servers could be behind a socket that does not answer. */
  readonly servers: TmuxServers;
  readonly startOf: (pid: number) => string | null;
}

/** Asks one socket for everything, once. A failure says that nothing is known, never that nothing is there. */
export async function askSocket(socket: string, options: TmuxOptions, signal: AbortSignal): Promise<Seen<SocketState>> {
  const args = [
    '-N',
    '-u',
    '-S',
    socket,
    'list-panes',
    '-a',
    '-F',
    paneFormat,
    ';',
    'display-message',
    '-p',
    endFormat,
  ];
  const answer = await runTmux(options.program, args, options.deadlineMs, signal);
  return read(answer, socket, options);
}

function read(answer: TmuxAnswer, socket: string, options: TmuxOptions): Seen<SocketState> {
  if (answer.kind === 'not started') return notStarted(answer.code, options.program);
  if (answer.kind === 'too late') return tooLate(socket, options);
  const { code, stdout, stderr } = answer;
  const list = code === 0 ? parseList(stdout) : null;
  if (list !== null) {
    const { serverPid: pid, ...rest } = list;
    const count = `${list.sessions.length} ${list.sessions.length === 1 ? 'session' : 'sessions'}`;
    return {
      known: { server: { pid, start: options.startOf(pid) ?? '', ...rest }, said: `complete list of ${count}` },
    };
  }
  if (code === 0) return incomplete(stdout, stderr, socket);
  return failed(stderr.trim(), socket, options);
}

/** tmux's own words for each failure, and what they mean. */
function failed(words: string, socket: string, options: TmuxOptions): Seen<SocketState> {
  if (/\(No such file or directory\)|\(Connection refused\)|^no server running/.test(words)) {
    return noServer(words, socket, options);
  }
  if (/Permission denied/.test(words)) {
    return { blind: words, cure: `run it as the owner of ${socket}, or mend its rights` };
  }
  if (/unsafe permissions/.test(words)) {
    return { blind: words, cure: `chmod 700 the folder of ${socket}` };
  }
  if (/File name too long/.test(words)) {
    return { blind: words, cure: 'a socket path may have at most 107 bytes: name a shorter one' };
  }
  return { blind: words === '' ? 'tmux failed without a word' : words, cure: `try: tmux -S ${socket} list-sessions` };
}

/** The same words come when the socket file was deleted under a living server: ask the kernel before believing them. */
function noServer(words: string, socket: string, { servers }: TmuxOptions): Seen<SocketState> {
  const behind = servers.behind(socket);
  if ('blind' in behind) return behind;
  const [living] = behind.known;
  if (living === undefined) return { known: { server: null, said: `no server: ${words}, and no tmux server process` } };
  return {
    blind: `${words}, but the tmux server ${living} still lives: its socket file was deleted`,
    cure: `kill -USR1 ${living} (the server makes its socket again)`,
  };
}

function incomplete(stdout: string, stderr: string, socket: string): Seen<SocketState> {
  if (/access not allowed/.test(stdout + stderr)) {
    return { blind: 'access not allowed', cure: `let the owner of ${socket} run: tmux server-access -a <you>` };
  }
  return { blind: 'the list has no end mark: it is not whole', cure: 'it is asked again at the next look' };
}

function tooLate(socket: string, { deadlineMs, servers }: TmuxOptions): Seen<SocketState> {
  const behind = servers.behind(socket);
  const [pid] = 'known' in behind ? behind.known : [];
  const cure =
    pid === undefined ? `see whether the server of ${socket} is stopped` : `if it is stopped: kill -CONT ${pid}`;
  return { blind: `no answer in ${deadlineMs} ms`, cure };
}

function notStarted(code: string, program: string): Seen<SocketState> {
  if (code === 'ENOENT')
    return { blind: `${program} is not installed`, cure: 'apt-get install tmux (or: brew install tmux)' };
  return { blind: `${program} cannot be started (${code})`, cure: `try: ${program} -V` };
}
