import type { Difference, Edit } from '../model/drift.ts';
import { keyOf } from '../model/entry.ts';
import { paneEdits } from './pane-edits.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { isRevived } from '../place/revival.ts';
import { writtenTermination } from './termination.ts';
import { about, foundIncarnation, withRepair, paneWords } from './wording.ts';

export const sessionRevived: DriftKind = {
  name: 'session-revived',
  class: 'G',
  seenWhen: 'an entry says terminated, and a session of that name that was created later runs an agent',
  writes: '`status: running`, the new `pane`, `terminated_at` and `termination_mode` null',
  tells: 'yes',
  resolvedMessage: null,
  detect: (view) => view.entries.filter(isRevived).map((one) => driftOf(one, view)),
};

function driftOf(one: EntryView, view: View): Difference {
  const { entry, found } = one;
  const key = driftKey(view.input.registry.path, 'session-revived', entry, foundIncarnation(one));
  const edits = revivalEdits(one);
  const pane = found === null ? null : paneWords({ pid: found.pane.pid, cmd: found.pane.command });
  const since = one.bornAt === null ? '' : ` since ${isoSeconds(one.bornAt)}`;
  const seen = `${clean(entry.session)}: runs again${since}${pane === null ? '' : ` (${pane})`}.`;
  const words = { done: 'Marked running.', would: 'Would be marked running.' };
  return {
    key,
    ...about(entry),
    sentence: withRepair(seen, words),
    evidence: one.verdict.evidence,
    edits,
  };
}

function revivalEdits({ entry, found }: EntryView): readonly Edit[] {
  const key = keyOf(entry);
  const edits: Edit[] = [{ op: 'set', entry: key, path: ['status'], from: 'terminated', to: 'running' }];
  if (found !== null) edits.push(...paneEdits(entry, found.pane));
  const terminated = writtenTermination(entry);
  if (terminated !== null) {
    edits.push({ op: 'set', entry: key, path: ['terminated_at'], from: terminated, to: null });
  }
  if (entry.terminationMode !== null) {
    edits.push({ op: 'set', entry: key, path: ['termination_mode'], from: entry.terminationMode, to: null });
  }
  return edits;
}
