import { clean } from '../core/words/text.ts';

/** Why a message is no hint. */
export type Fault =
  'too long' | 'nested too deep' | 'not JSON' | 'with control characters' | 'with an odd session name';

/** No event of a job is longer; bytes. */
const longest = 65_536;
const deepest = 32;

/**
 * A hint says no more than "look again": its payload is checked, so that noise costs nothing, and then forgotten.
 * None at all is as good.
 */
export function faultOf(payload: Buffer, sessionField: string): Fault | null {
  if (payload.length === 0) return null;
  if (payload.length > longest) return 'too long';
  const text = payload.toString();
  // Before the parser, and everything after it, would have to go as deep.
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

/** By hand: an expression that skips strings would go back and forth in a hostile one. */
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

/** Lines and tabs are what a prompt has. */
function hasControls(text: string): boolean {
  const flat = text.replace(/[\t\r\n]/g, ' ');
  return clean(flat) !== flat;
}

/** Looks like a flag, or like a path that leads somewhere. */
function isOdd(session: string): boolean {
  return /^[-~]|^\.{0,2}\/|(^|\/)\.\.(\/|$)/.test(session);
}
