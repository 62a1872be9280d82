import type { Difference } from '../model/drift.ts';
import { waitingSince } from '../place/waiting-since.ts';
import { snoozeOf } from '../model/snooze.ts';
import type { EntryView, View } from '../model/view.ts';
import { clean } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { DriftKind } from './drift-kind.ts';
import { isUnclear } from './in-doubt.ts';
import { driftKey } from './key.ts';
import { about, plain } from './wording.ts';

export const needsYou: DriftKind = {
  name: 'needs-you',
  class: 'P',
  seenWhen: 'an agent has waited for you (a permission, a question, a plan) longer than `attention.after`',
  writes: 'nothing',
  tells: 'not the card, unless `attention.card` is on',
  isAttention: true,
  resolvedMessage: ({ session }, view, one) =>
    one !== null && goesOn(one) && !isSnoozed(one, view)
      ? `${clean(session ?? '')}: it does not wait for you any more.`
      : null,
  isUndecided: ({ key }, view, one) => one !== null && !isSnoozed(one, view) && mayStillWait(one, key, view),
  detect: (view) => {
    const told = new Set([...view.input.ledger.open.values()].map(({ key }) => key));
    return view.entries.flatMap((one) => driftOf(one, told, view));
  },
};

/** @param told the keys of the drifts that are open */
function driftOf(one: EntryView, told: ReadonlySet<string>, view: View): readonly Difference[] {
  const { entry, verdict, agentProcess } = one;
  const { observation, settings, now } = view.input;
  const since = waitingSince(one, view.input);
  if (entry.status !== 'running' || since === null || agentProcess === null || isSnoozed(one, view)) return [];
  const key = keyOf(one, view);
  // Only the agent's own time tells another waiting from the one that was told; a clock that was set hides it.
  const isTold = verdict.waiting?.since == null && told.has(key);
  if (now - since < settings.attention.afterMs && !isTold) return [];
  const what = verdict.waiting?.for ?? null;
  // An agent that does not say since when has waited at least since it was first seen to.
  const atLeast = verdict.waiting?.since == null ? 'at least ' : '';
  const why = what === null ? '' : `: ${what}`;
  const source = entry.agent ?? 'proc';
  return [
    {
      key,
      ...about(entry),
      sentence: plain(`${clean(entry.session)}: needs you since ${atLeast}${isoSeconds(since)}${why}.`),
      evidence: [{ source, said: `it waits for you${why}`, at: observation.at }],
      edits: [],
    },
  ];
}

/**
 * Returns the key of an agent's waiting. It holds no time: a waiting that goes on stays the same drift. The next one of
 * the same agent is told apart by how often such a drift was resolved.
 */
function keyOf({ entry, agentProcess }: EntryView, { input }: View): string {
  return driftKey(input.registry.path, 'needs-you', entry, [agentProcess?.pid ?? null, agentProcess?.start ?? null]);
}

/** Decides whether nothing shows that the waiting is over: its agent lives, and what it does cannot be seen now. */
function mayStillWait(one: EntryView, key: string, view: View): boolean {
  return isUnclear(one, view) || (one.verdict.activity === null && keyOf(one, view) === key);
}

function goesOn({ verdict: { liveness, activity } }: EntryView): boolean {
  return liveness === 'alive' && (activity === 'working' || activity === 'idle' || activity === 'shell');
}

function isSnoozed({ entry: { session } }: EntryView, { input }: View): boolean {
  return snoozeOf(session, input) !== null;
}
