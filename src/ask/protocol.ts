import { join } from 'node:path';
import { socketBytes } from '../core/place/socket-path.ts';
import { byteLength } from '../core/words/text.ts';
import type { Overview } from '../operations/sessions/overview.ts';
import { objectIn } from '../system/json.ts';
import { readOverview } from './read-overview.ts';

/**
 * How a process asks the monitor of its registry, over a unix socket: it writes one line and reads one line, until the
 * other side closes.
 *
 *     asker    {"asm":1,"key":"…"}
 *     monitor  {"asm":1,"overview":{…}}    or nothing: it cannot answer, and the asker looks for itself
 *
 * The number is the version of these lines. `key` names all that a look depends on (`look-key.ts`).
 */
const version = 1;

/** A pass that is older says nothing of now; ms. */
export const freshMs = 2_000;
/** How long the asker waits, all in all; ms. */
export const deadlineMs = 200;
/** A longer line is no request; characters. */
export const longestRequest = 256;
/** A longer answer is none: thousands of sessions are a few MB; bytes. */
export const longestAnswer = 1 << 25;

/** A socket's path must fit into `sun_path`, with the zero at its end; bytes. That of macOS and the BSDs is shorter. */
const longestPath = process.platform === 'linux' ? socketBytes : 103;

/**
 * Returns the path of the socket at which a monitor answers; `null`: it would be too long.
 * @param dir the registry's state folder
 * @param place the id of this place: a socket works only on the machine that made it
 */
export function monitorSocket(dir: string, place: string): string | null {
  const path = join(dir, `ask-${place}.sock`);
  return byteLength(path) > longestPath ? null : path;
}

export function requestLine(key: string): string {
  return `${JSON.stringify({ asm: version, key })}\n`;
}

/** Returns the key that a line asks with; `null`: it is no such line. */
export function keyIn(line: string): string | null {
  const { asm, key } = objectIn(line) ?? {};
  return asm === version && typeof key === 'string' ? key : null;
}

export function answerLine(overview: Overview): string {
  return `${JSON.stringify({ asm: version, overview })}\n`;
}

/** Returns the overview in a line; `null`: it is no whole answer. */
export function overviewIn(line: string): Overview | null {
  const { asm, overview } = objectIn(line) ?? {};
  return asm === version ? readOverview(overview) : null;
}
