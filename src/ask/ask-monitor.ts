import type { Overview } from '../operations/sessions/overview.ts';
import { ownSocket } from './own-socket.ts';
import { deadlineMs, freshMs, longestAnswer, overviewIn, requestLine, socketPath } from './protocol.ts';

export interface AskOptions {
  /** The registry's state folder. */
  readonly dir: string;
  /** The id of this place. */
  readonly place: string;
  /** Returns the key of a look by this process. */
  readonly key: () => string;
  /** ms since 1970. */
  readonly now: () => number;
  /** Takes a line for the log about an answer. */
  readonly note: (line: string) => void;
}

/**
 * Makes the function that asks the monitor of this registry what it sees. It answers with `null` where a look of one's
 * own must do: no monitor runs, it has other settings, it is late. It never throws.
 *
 * 1. Without a monitor it costs one look for a file.
 * 2. A monitor that hangs costs the deadline once: its socket is not asked again by this process.
 */
export function makeAskMonitor({ dir, place, key, now, note }: AskOptions): () => Promise<Overview | null> {
  const path = socketPath(dir, place);
  let late: number | null = null;
  return async () => {
    const found = path === null ? null : ownSocket(path);
    if (path === null || found === null || found === late) return null;
    const said = await answerAt(path, requestLine(key()));
    if (said.kind === 'late') late = found;
    const seen = said.kind === 'text' ? overviewIn(said.text) : null;
    if (seen === null) {
      note(`the monitor of this registry did not answer (${said.kind})`);
      return null;
    }
    const ageMs = now() - seen.at;
    // A clock that was set back does not say how old it is.
    if (ageMs < 0 || ageMs > freshMs + deadlineMs) return null;
    note(`the monitor of this registry answered; it looked ${ageMs} ms ago`);
    return seen;
  };
}

type Said = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'late' | 'nothing' };

/** Asks one line of the socket, and returns what comes until its end. */
async function answerAt(path: string, line: string): Promise<Said> {
  // It takes 3 ms to load: only a user with a monitor pays for it.
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const socket = connect(path);
    const end = (said: Said): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(said);
    };
    const timer = setTimeout(end, deadlineMs, { kind: 'late' });
    socket.on('error', () => end({ kind: 'nothing' }));
    socket.on('data', (chunk) => {
      size += chunk.length;
      if (size > longestAnswer) end({ kind: 'nothing' });
      else chunks.push(chunk);
    });
    socket.on('end', () =>
      end(size === 0 ? { kind: 'nothing' } : { kind: 'text', text: Buffer.concat(chunks).toString('utf8') }),
    );
    socket.write(line);
  });
}
