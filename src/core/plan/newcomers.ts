import { candidateEntry, namedBy } from '../place/candidate.ts';
import { identityOf } from '../identity/index.ts';
import { sharesFolder } from '../identity/shared-folder.ts';
import type { Claims } from '../identity/subject.ts';
import { once } from '../model/once.ts';
import { paneOf } from '../place/pane.ts';
import type { PlanInput } from '../model/plan.ts';
import { bornAt } from '../place/last-changed.ts';
import type { FoundSession, Newcomer } from '../model/view.ts';

/** Sessions that may get an entry in this look. Looked at once, and only if it is asked. */
export function newcomersOf(
  unowned: readonly FoundSession[],
  claims: Claims,
  input: PlanInput,
): () => readonly Newcomer[] {
  return once(() =>
    unowned
      .filter(({ session }) => namedBy(session.name, input.settings.registerPattern) !== null)
      .map((where) => newcomerOf(where, claims, input)),
  );
}

function newcomerOf(where: FoundSession, claims: Claims, input: PlanInput): Newcomer {
  const entry = candidateEntry(where, input);
  const look = paneOf(where, entry, null, input.observation);
  const agentProcess = look?.agentProcess ?? null;
  const textSince = bornAt(where, input);
  const [pane, tree] = [look?.pane ?? null, look?.tree ?? null];
  const identity = identityOf({ entry, pane, tree, agentProcess, memory: null, input, claims, textSince });
  return { where, agentProcess, identity, sharesFolder: sharesFolder(entry.agent, agentProcess, identity, claims) };
}
