import { createInterface } from 'node:readline';
import { ownProcess, type ProcessIdentity } from '../process-identity.ts';
import { killGroup, startProgram } from '../run-program.ts';
import type { StartControl } from './control-client.ts';

const prefix = 'agent-sessions-monitor';

/**
 * A client without a session: it attaches to nothing, and changes no option, hook or default target. It waits on a
 * channel that nobody signals. It ends with its stdin, and so with us: tmux 3.3a dies of a client that is killed before
 * it was answered.
 */
export const startControl: StartControl = (socket, on) => {
  const words = ['-N', '-u', '-S', socket, '-C', 'wait-for', channelOf(ownProcess())];
  let lastWords = '';
  let closed = false;
  let answered = false;
  try {
    const child = startProgram('tmux', words, { keepsStdin: true });
    createInterface({ input: child.stdout }).on('line', (line) => {
      answered = true;
      if (!closed) on.line(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (lastWords = text.trim()));
    const ended = (words: string): void => {
      if (closed) return;
      closed = true;
      child.stdin.destroy();
      child.stdout.destroy();
      on.ended(words);
    };
    child.once('error', (error) => ended(error.message));
    // Its last lines may still stand in the pipe, and a server that hangs would keep that open.
    child.once('exit', () => setTimeout(() => ended(lastWords), drainMs));
    return {
      end: () => {
        closed = true;
        child.stdin.end();
        const late = setTimeout(() => {
          if (answered) killGroup(child);
        }, endMs);
        late.unref();
        child.once('exit', () => {
          clearTimeout(late);
          child.stdout.destroy();
          child.stderr.destroy();
        });
      },
    };
  } catch (error) {
    const timer = setTimeout(() => on.ended(error instanceof Error ? error.message : String(error)));
    return { end: () => clearTimeout(timer) };
  }
};

/** ms. */
const drainMs = 20;
/** How long one that was answered may take to end by itself; ms. */
const endMs = 2_000;

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
