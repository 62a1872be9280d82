import { clean } from '../core/words/text.ts';

/** Why a message is no hint. */
export type Fault =
  'too long' | 'nested too deep' | 'not JSON' | 'with control characters' | 'with an odd session name';

/** A longer payload is no event of a job; bytes. */
const longest = 65_536;
const deepest = 32;

/**
 * Decides why a payload is no hint; `null`: it is one. A hint says no more than "look again": its payload is checked,
 * so that noise costs nothing, and then dropped. An empty one is a hint too.
 */
export function faultOf(payload: Buffer, sessionField: string): Fault | null {
  if (payload.length === 0) return null;
  if (payload.length > longest) return 'too long';
  const text = payload.toString();
  // The depth is checked before the text is parsed: the parser would have to go as deep.
  if (depthOf(text) > deepest) return 'nested too deep';
  const strings: string[] = [];
  let value: unknown;
  try {
    value = JSON.parse(text, (key, part: unknown) => {
      strings.push(key);
      if (typeof part === 'string') strings.push(part);
      return part;
    });
  } catch {
    return 'not JSON';
  }
  if (strings.some(hasControls)) return 'with control characters';
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const isNamedOddly = fields.some(([key, part]) => key === sessionField && typeof part === 'string' && isOdd(part));
  return isNamedOddly ? 'with an odd session name' : null;
}

/** Counts the depth by hand: a regular expression that skips strings would backtrack in a hostile text. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isString) {
      if (character === '\\') index += 1;
      if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '[' || character === '{') most = Math.max(most, (depth += 1));
    else if (character === ']' || character === '}') depth -= 1;
  }
  return most;
}

/** Decides whether a text has control characters; line breaks and tabs are allowed, as in a prompt. */
function hasControls(text: string): boolean {
  const flat = text.replace(/[\t\r\n]/g, ' ');
  return clean(flat) !== flat;
}

/** Decides whether a session's name looks like a flag or a path. */
function isOdd(session: string): boolean {
  return /^[-~]|^\.{0,2}\/|(^|\/)\.\.(\/|$)/.test(session);
}
