import type { Detected, Drift, Sentence } from '../model/drift.ts';
import { entryId } from '../model/entry.ts';
import { leftAs, reasonsByName } from '../words/left-as-it-is.ts';
import type { Obstacle } from './pins-and-undos.ts';

/**
 * Returns the messages of a drift. They claim only what is written of its repair.
 * @param drift with the edits that are written
 */
export function messagesOf(
  sentence: Sentence,
  drift: Pick<Detected, 'sessions' | 'edits'>,
  obstacles: readonly Obstacle[],
): Pick<Drift, 'message' | 'dryRunMessage' | 'seen' | 'after'> {
  if (sentence.kind === 'plain') return { message: sentence.message };
  const { seen, done, would, after } = sentence;
  const said = (repaired: string): string =>
    [seen, outcome(repaired, drift, obstacles), after ?? ''].filter((part) => part !== '').join(' ');
  const [message, dryRunMessage] = [said(done), said(would)];
  return {
    message,
    ...(dryRunMessage === message ? {} : { dryRunMessage }),
    ...(seen === message || drift.edits.length === 0 ? {} : { seen }),
    ...(after === null || drift.edits.length === 0 ? {} : { after }),
  };
}

/**
 * Says the outcome of a repair.
 * @param repaired the sentence if all of it is written: `Marked terminated.`
 */
function outcome(
  repaired: string,
  { sessions, edits }: Pick<Detected, 'sessions' | 'edits'>,
  obstacles: readonly Obstacle[],
): string {
  const [first] = obstacles;
  if (sessions === undefined) return first === undefined ? repaired : leftAs(1, first.words);
  const written = new Set(edits.map(({ entry }) => entryId(entry))).size;
  if (written === sessions.length) return repaired;
  if (sessions.length === 1) return leftAs(1, first?.words ?? '');
  const why = reasonsByName(obstacles.map(({ entry, words }) => [entry.session, words]));
  if (written === 0) return leftAs(sessions.length, why);
  const some = repaired.charAt(0).toLowerCase() + repaired.slice(1).replace(/\.$/, '');
  return `${written} ${some}, the others left as they are${why === '' ? '' : `: ${why}`}.`;
}
