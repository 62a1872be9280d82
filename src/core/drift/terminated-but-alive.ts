import type { Difference } from '../model/drift.ts';
import { clean } from '../words/text.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { writtenTermination } from './termination.ts';
import { about, foundIncarnation, paneWords, plain } from './wording.ts';

export const terminatedButAlive: DriftKind = {
  name: 'terminated-but-alive',
  class: 'H',
  seenWhen: 'an entry says terminated, and the session that was created before that still runs',
  writes: 'nothing',
  tells: 'yes',
  resolvedMessage: null,
  needsJudgement: true,
  detect: (view) => view.entries.filter(({ verdict }) => verdict.outlives).map((one) => driftOf(one, view)),
};

function driftOf(one: EntryView, view: View): Difference {
  const { entry, found } = one;
  const pane = found === null ? null : paneWords({ pid: found.pane.pid, cmd: found.pane.command });
  const terminated = writtenTermination(entry);
  const since = terminated === null ? '' : ` since ${clean(terminated)}`;
  return {
    key: driftKey(view.input.registry.path, 'terminated-but-alive', entry, foundIncarnation(one)),
    ...about(entry),
    sentence: plain(
      `${clean(entry.session)}: marked terminated${since}, but tmux still runs it` +
        `${pane === null ? '' : ` (${pane})`}. End the session, or set status: running.`,
    ),
    evidence: one.verdict.evidence,
    edits: [],
  };
}
