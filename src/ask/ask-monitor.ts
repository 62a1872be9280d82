import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Overview } from '../operations/sessions/overview.ts';
import { ifReadable } from '../system/if-readable.ts';
import { isOwnFolder, isPrivate } from '../system/own-folder.ts';
import { deadlineMs, freshMs, longestAnswer, overviewIn, requestLine, monitorSocket } from './protocol.ts';

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
  /** How long an answer may take; ms. */
  readonly patienceMs?: number;
}

/**
 * Makes the function that asks the monitor of this registry what it sees. It answers with `null` where a look of one's
 * own must do: no monitor runs, it has other settings, it is late. It never throws.
 *
 * 1. Without a monitor it costs one look for a file.
 * 2. A monitor that hangs costs the deadline once: its socket is not asked again by this process.
 */
export function makeAskMonitor(options: AskOptions): () => Promise<Overview | null> {
  const { dir, place, key, now, note, patienceMs = deadlineMs } = options;
  const path = monitorSocket(dir, place);
  let late: number | null = null;
  const without = (why: string): null => {
    note(`the monitor of this registry did not answer (${why})`);
    return null;
  };
  return async () => {
    const found = path === null ? null : ownSocket(path);
    if (path === null || found === null || found === late) return null;
    const said = await answerAt(path, requestLine(key()), patienceMs);
    if (said.kind === 'late') late = found;
    if (said.kind !== 'text') return without(said.kind);
    const seen = overviewIn(said.text);
    if (seen === null) return without('garbled');
    const ageMs = now() - seen.at;
    if (!isFresh(ageMs)) return without('old');
    note(`the monitor of this registry answered; it looked ${ageMs} ms ago`);
    return seen;
  };
}

/**
 * Decides whether an answer counts by the age of its look. The monitor sends a look that is up to `freshMs` old, and the
 * answer may take the whole deadline. The age is negative where a clock was set back, and then says nothing.
 */
function isFresh(ageMs: number): boolean {
  return ageMs >= 0 && ageMs <= freshMs + deadlineMs;
}

/**
 * Returns the inode of a socket that only this user can have made and can open; `null`: there is none. Node cannot ask
 * which user is at the other end, so the owner and the mode of the socket and of its folder must say it; a link is
 * neither.
 */
export function ownSocket(path: string): number | null {
  const stat = ifReadable(() => lstatSync(path));
  return stat !== null && stat.isSocket() && isPrivate(stat) && isOwnFolder(dirname(path)) ? stat.ino : null;
}

type Said = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'late' | 'nothing' };

/** Asks one line of the socket, and returns what comes until its end. */
async function answerAt(path: string, line: string, patienceMs: number): Promise<Said> {
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
    const timer = setTimeout(end, patienceMs, { kind: 'late' });
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
