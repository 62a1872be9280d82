import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { Overview } from '../operations/sessions/overview.ts';
import { isObject, jsonIn } from '../system/json.ts';
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
/** Characters. */
export const longestRequest = 256;
/** Thousands of sessions are a few MB; bytes. */
export const longestAnswer = 1 << 25;

/** A socket's path must fit into `sun_path`, with the zero at its end; bytes. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/**
 * Returns the path of the socket; `null`: it would be too long.
 * @param dir the registry's state folder
 * @param place the id of this place: a socket works only on the machine that made it
 */
export function socketPath(dir: string, place: string): string | null {
  const path = join(dir, `ask-${place}.sock`);
  return Buffer.byteLength(path) > longestPath ? null : path;
}

export function requestLine(key: string): string {
  return `${JSON.stringify({ asm: version, key })}\n`;
}

/** Returns the key that a line asks with; `null`: it is no such line. */
export function keyIn(line: string): string | null {
  const asked = jsonIn(line);
  return isObject(asked) && asked['asm'] === version && typeof asked['key'] === 'string' ? asked['key'] : null;
}

export function answerLine(overview: Overview): string {
  return `${JSON.stringify({ asm: version, overview })}\n`;
}

/** Returns the overview in a line; `null`: it is no whole answer. */
export function overviewIn(line: string): Overview | null {
  const answer = jsonIn(line);
  return isObject(answer) && answer['asm'] === version ? readOverview(answer['overview']) : null;
}
