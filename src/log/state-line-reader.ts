import type { StateLine } from '../core/model/state.ts';
import { isObject, jsonIn } from '../system/json.ts';

/** Reads a line of the state history; `null` if it is broken, or of a kind that only another version knows. */
export type StateLineReader = (text: string) => StateLine | null;

/** More than the states of some hundred sessions; a history that differs more is only read more slowly. */
const keptAtMost = 20_000;

/**
 * Makes a reader that parses each text once, whatever its time is: a history of two weeks says the same things again and
 * again. Lines that differ in their time alone share all their other values, so that it fits in little memory.
 */
export function stateLineReader(): StateLineReader {
  const known = new Map<string, StateLine | null>();
  return (text) => {
    const time = /"at":(\d+)(?=[,}])/.exec(text);
    const at = Number(time?.[1]);
    if (time === null || !Number.isSafeInteger(at)) return null;
    const rest = text.slice(0, time.index) + text.slice(time.index + time[0].length);
    let line = known.get(rest);
    if (line === undefined) {
      line = lineIn(jsonIn(text));
      if (known.size >= keptAtMost) known.clear();
      known.set(rest, line);
    }
    return line === null ? null : { ...line, at };
  };
}

function lineIn(value: unknown): StateLine | null {
  if (!isObject(value) || typeof value['at'] !== 'number') return null;
  const { kind, entry, state } = value;
  // Only processes of this program write here (mode 0600): the kind says what else the line holds.
  if (kind === 'watch-began' || kind === 'watch-ended') return value as unknown as StateLine;
  const isOfSession = typeof entry === 'string' && (kind === 'removed' || (kind === 'state' && isObject(state)));
  return isOfSession ? (value as unknown as StateLine) : null;
}
