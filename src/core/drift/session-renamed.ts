import type { Difference } from '../model/drift.ts';
import { clean } from '../words/text.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { about, foundIncarnation, plain } from './wording.ts';

export const sessionRenamed: DriftKind = {
  name: 'session-renamed',
  class: 'I',
  seenWhen: 'the pane of an entry lives on in a session of another name: renamed, or the pane was moved',
  writes: 'nothing',
  tells: 'yes; neither gone nor unregistered is said of either name meanwhile',
  resolvedMessage: null,
  needsJudgement: true,
  detect: (view) => view.entries.filter((one) => one.moved).flatMap((one) => driftOf(one, view)),
};

function driftOf(one: EntryView, view: View): readonly Difference[] {
  const { entry, found, memory } = one;
  if (found === null) return [];
  const name = clean(found.session.name);
  const renamed = memory?.seen == null || memory.seen.sessionId === found.session.id;
  const what = renamed ? `the tmux session is called ${name} now` : `its pane was moved to the tmux session ${name}`;
  const values = [found.session.name, ...foundIncarnation(one), found.pane.pid, one.tree?.root?.start ?? null];
  return [
    {
      key: driftKey(view.input.registry.path, 'session-renamed', entry, values),
      ...about(entry),
      sentence: plain(`${clean(entry.session)}: ${what}. Rename the entry, or take the name back.`),
      evidence: one.verdict.evidence,
      edits: [],
    },
  ];
}
