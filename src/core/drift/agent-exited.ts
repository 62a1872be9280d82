import { currentId } from '../model/id-fields.ts';
import type { Difference, Edit } from '../model/drift.ts';
import { keyOf } from '../model/entry.ts';
import { resumeOf } from '../resume/resume.ts';
import { isShell } from '../place/shell.ts';
import { clean } from '../words/text.ts';
import { wholeSeconds } from '../words/time.ts';
import type { EntryView, View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey } from './key.ts';
import { about, foundIncarnation, withRepair, resumeLine } from './wording.ts';

/** The least time between two observations of a bare shell: an agent between two commands has not exited; ms. */
export const shellForMs = 1000;

export const agentExited: DriftKind = {
  name: 'agent-exited',
  class: 'F',
  seenWhen:
    'the session is alive, and twice at least 1 s apart a shell is in the foreground and no agent runs in its pane',
  writes: '`last_visible_status: agent-exited`; when the agent is back, the former word',
  tells: 'yes, with the resume command',
  resolvedMessage: null,
  detect: (view) => view.entries.filter((one) => hasExited(one, view)).map((one) => driftOf(one, view)),
};

function hasExited(one: EntryView, view: View): boolean {
  const since = one.memory?.shellSince ?? null;
  return hasLostAgent(one) && since !== null && view.input.now - since >= shellForMs;
}

/**
 * Decides whether a running entry that had an agent is left to a shell, and does not say so yet. Until it does, its
 * recorded old pane is the proof that an agent ran there (sessions restored by tmux-resurrect).
 */
export function hasLostAgent(one: EntryView): boolean {
  const { entry, found, moved, deserted } = one;
  if (entry.status !== 'running' || entry.agent === null || found === null || moved) return false;
  return deserted && entry.lastVisibleStatus !== 'agent-exited' && hadAgent(one);
}

/** Decides whether the entry had an agent: a session that was registered while only its shell ran has lost none. */
function hadAgent({ entry, memory }: EntryView): boolean {
  if (memory?.agent != null || currentId(entry) !== null) return true;
  return entry.pane?.cmd == null || !isShell(entry.pane.cmd);
}

function driftOf(one: EntryView, view: View): Difference {
  const { entry, memory, found, tree } = one;
  const { registry, observation, now } = view.input;
  const incarnation = [...foundIncarnation(one), memory?.agent?.pid ?? null, memory?.agent?.start ?? null];
  const key = driftKey(registry.path, 'agent-exited', entry, incarnation);
  const edits: readonly Edit[] = [
    {
      op: 'set',
      entry: keyOf(entry),
      path: ['last_visible_status'],
      from: entry.lastVisibleStatus,
      to: 'agent-exited',
    },
  ];
  const left = found?.pane.dead === true ? 'its dead pane' : `its shell (pane ${found?.pane.pid ?? 'unknown'})`;
  const seen = `${clean(entry.session)}: ${entry.agent ?? 'agent'} exited, only ${left} is left.`;
  const words = { done: 'Noted as agent-exited.', would: 'Would be noted as agent-exited.' };
  const said =
    tree?.root == null
      ? 'the pane is dead'
      : `a shell has been in the foreground of pane ${tree.root.pid}, with no agent below it, for ${wholeSeconds(now - (memory?.shellSince ?? now))}`;
  const resume = resumeOf(entry, memory, observation);
  return {
    key,
    ...about(entry),
    sentence: withRepair(seen, words, resume),
    evidence: [...one.verdict.evidence, { source: 'proc', said, at: observation.at }],
    edits,
    ...resumeLine(resume),
  };
}
