import type { Difference } from '../model/drift.ts';
import { entryId } from '../model/entry.ts';
import { resumeOf } from '../resume/resume.ts';
import { clean } from '../words/text.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { deathKey, terminationEdits } from './termination.ts';
import { about, withRepair, paneWords, resumeLine } from './wording.ts';

/** Tells each death that `core/place/is-session-gone.ts` found. */
export const sessionGone: DriftKind = {
  name: 'session-gone',
  class: 'A',
  seenWhen: 'an entry says running and its tmux session is gone',
  writes: '`status: terminated`, `terminated_at`, `termination_mode: auto-detected`',
  tells: 'yes, with the resume command',
  resolvedMessage: null,
  hasGrace: true,
  detect: (view) =>
    view.entries
      .filter(({ entry, verdict }) => entry.status === 'running' && verdict.liveness === 'gone')
      .filter(({ entry }) => !view.claimed.has(entryId(entry)))
      .map((gone) => driftOf(gone, view)),
};

function driftOf(gone: EntryView, view: View): Difference {
  const { entry } = gone;
  const { registry, observation } = view.input;
  const key = deathKey(gone, registry.path);
  const edits = terminationEdits(entry, observation.at);
  const pane = paneWords(entry.pane);
  const seen = `${clean(entry.session)}: tmux gone${pane === null ? '' : ` (was ${pane})`}.`;
  const words = { done: 'Marked terminated.', would: 'Would be marked terminated.' };
  const resume = resumeOf(entry, gone.memory, observation);
  return {
    key,
    ...about(entry),
    sentence: withRepair(seen, words, resume),
    evidence: gone.verdict.evidence,
    edits,
    ...resumeLine(resume),
  };
}
