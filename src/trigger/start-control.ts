import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { ownProcess, type ProcessIdentity } from '../process-identity.ts';
import { killGroup } from '../run-program.ts';
import type { StartControl } from './control-client.ts';

const prefix = 'agent-sessions-monitor';

/**
 * A client without a session: it attaches to nothing, and changes no option, hook or default target. It waits on a
 * channel that nobody signals. Once the server has answered it, it is killed, by us or by its guard; before that it is
 * only given the end of its stdin, for a tmux server (3.3a, 3.5a) dies of a client that is killed before its answer.
 */
export const startControl: StartControl = (socket, on) => {
  const words = ['-N', '-u', '-S', socket, '-C', 'wait-for', channelOf(ownProcess())];
  let lastWords = '';
  let closed = false;
  let answered = false;
  try {
    const { child, stdin, stdout, stderr, leash } = startGuarded(words);
    createInterface({ input: stdout }).on('line', (line) => {
      if (!answered) leash.write('answered\n');
      answered = true;
      if (closed) killGroup(child);
      else on.line(line);
    });
    stderr.setEncoding('utf8').on('data', (text: string) => (lastWords = text.trim()));
    const ended = (words: string): void => {
      if (closed) return;
      closed = true;
      on.ended(words);
    };
    child.once('exit', () => {
      leash.destroy();
      // Its last lines may still stand in the pipe, and a server that hangs would keep that open.
      setTimeout(() => {
        ended(lastWords);
        for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
      }, drainMs);
    });
    return {
      end: () => {
        closed = true;
        stdin.end();
        if (answered) killGroup(child);
      },
    };
  } catch (error) {
    const timer = setTimeout(() => on.ended(error instanceof Error ? error.message : String(error)));
    return { end: () => clearTimeout(timer) };
  }
};

/** ms. */
const drainMs = 20;

/**
 * Beside the client, and in its group: when we are no more, it kills a client that was answered. From 3.4 on a client
 * without a session does not hear the end of its stdin, and one whose reader is gone keeps its server from ending.
 */
const guard = '{ read -r answered && { read -r over; kill -KILL $$; }; } <&3 >/dev/null 2>&1 & exec "$@" 3<&-';

function startGuarded(words: readonly string[]) {
  const child = spawn('sh', ['-c', guard, 'guard', 'tmux', ...words], {
    // tmux makes its stdin non-blocking for whoever shares it: the guard has a pipe of its own.
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.on('error', () => undefined);
  // Without a free descriptor there is neither a process nor a pipe.
  const [stdin, stdout, stderr, leash] = child.pid === undefined ? [] : child.stdio;
  if (!(
    stdin instanceof Writable &&
    stdout instanceof Readable &&
    stderr instanceof Readable &&
    leash instanceof Writable
  ))
    throw new Error('it cannot be started');
  for (const pipe of [stdin, leash]) pipe.on('error', () => undefined);
  return { child, stdin, stdout, stderr, leash };
}

/** A name of our own for each process, so that what a killed one left can be told from what a living one uses. */
export function channelOf({ pid, start }: ProcessIdentity): string {
  return `${prefix}-${pid}-${start}`;
}

/** Whose client it is, by its arguments; `null`: none of ours. */
export function ownerOf(argv: readonly string[]): ProcessIdentity | null {
  const [program = '', , , , , ...rest] = argv;
  const [control, command, channel = '', ...more] = rest;
  if (!/(^|\/)tmux$/.test(program) || control !== '-C' || command !== 'wait-for' || more.length > 0) return null;
  const [, pid, start] = new RegExp(`^${prefix}-(\\d+)-(\\d*)$`).exec(channel) ?? [];
  return pid === undefined || start === undefined ? null : { pid: Number(pid), start };
}
