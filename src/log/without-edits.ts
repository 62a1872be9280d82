import type { EntryId } from '../core/model/branded.ts';
import { entryId } from '../core/model/entry.ts';
import { leftAs, reasonsByName } from '../core/words/left-as-it-is.ts';
import type { LoggedDrift } from './log.ts';

/**
 * Returns a drift without its edits of some entries: its message claims only what is written, and says why the rest is
 * not.
 * @param reasons by entry, why none of its edits is written
 */
export function withoutEdits(drift: LoggedDrift, reasons: ReadonlyMap<EntryId, string>): LoggedDrift {
  const names = new Map(drift.edits.map(({ entry }) => [entryId(entry), entry.session]));
  const left = [...reasons].flatMap(([id, reason]) => {
    const name = names.get(id);
    return name === undefined ? [] : [[name, reason] as const];
  });
  if (left.length === 0) return drift;
  const edits = drift.edits.filter(({ entry }) => !reasons.has(entryId(entry)));
  const why = drift.session === null ? reasonsByName(left) : left.map(([, reason]) => reason).join('; ');
  const words = leftAs(left.length, why);
  if (edits.length === 0) {
    const { dryRunMessage: _, seen, after, ...rest } = drift;
    const message = [seen ?? drift.message, words, ...(after === undefined ? [] : [after])].join(' ');
    return { ...rest, edits, message };
  }
  const { dryRunMessage } = drift;
  const inDryRun = dryRunMessage === undefined ? {} : { dryRunMessage: `${dryRunMessage} ${words}` };
  return { ...drift, edits, message: `${drift.message} ${words}`, ...inDryRun };
}
