import type { PlanInput } from '../model/plan.ts';
import type { FoundSession, Newcomer } from '../model/view.ts';
import { identityOf } from '../identity/ladder.ts';
import { sharesFolder } from '../identity/shared-folder.ts';
import type { Claims } from '../identity/subject.ts';
import { candidateEntry, namedBy } from '../place/candidate.ts';
import { bornAt, changedAgo, lastChangeOf } from '../place/last-changed.ts';
import { paneOf } from '../place/pane.ts';

/** Returns the sessions without an entry whose names match the pattern, each with the entry it would get. */
export function newcomersIn(unowned: readonly FoundSession[], claims: Claims, input: PlanInput): readonly Newcomer[] {
  return unowned
    .filter(({ session }) => namedBy(session.name, input.settings) !== null)
    .map((where) => newcomerOf(where, claims, input));
}

function newcomerOf(where: FoundSession, claims: Claims, input: PlanInput): Newcomer {
  const entry = candidateEntry(where, input);
  const look = paneOf(where, entry, null, input.observation);
  const agentProcess = look?.agentProcess ?? null;
  const textSince = bornAt(where, input);
  const [pane, tree] = [look?.pane ?? null, look?.tree ?? null];
  const identity = identityOf({ entry, pane, tree, agentProcess, memory: null, input, claims, textSince });
  const change = lastChangeOf(where, null, null, input);
  const settledAt = change.at + input.settings.settleMs;
  return {
    where,
    entry,
    agentProcess,
    identity,
    sharesFolder: sharesFolder(entry.agent, agentProcess, identity, claims),
    settledAt,
    unsettled: input.now < settledAt ? changedAgo(0, change, input.now) : null,
  };
}
