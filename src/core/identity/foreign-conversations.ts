import { pairsOf } from '../model/branded.ts';
import { compare } from '../model/compare.ts';
import { idKey } from '../model/conversation-id.ts';
import { entryId, recordedIds } from '../model/entry.ts';
import type { PlanInput } from '../model/plan.ts';
import { holdersIn, readEvidence } from '../place/agent-processes.ts';

/**
 * Returns the conversations that a process without an entry runs or ran: an agent in another terminal, a session whose
 * entry was removed. Only conversations that could be taken for another agent's count: no entry records them, and they
 * are in a folder of an agent. While some agent's files cannot be read, the known ones stay known.
 */
export function foreignConversations({ registry, observation, formerMemory }: PlanInput): readonly string[] {
  const evidence = readEvidence(observation);
  const isBlind = evidence.length < observation.evidence.size;
  const present = new Set(registry.entries.map(entryId));
  const ofRemovedEntries = pairsOf(formerMemory.entries).flatMap(([id, { agent }]) =>
    present.has(id) || agent?.id == null ? [] : [agent.id],
  );
  const running = evidence.flatMap(holdersIn).flatMap(({ id, isInPanes }) => (isInPanes ? [] : [id]));
  const ids = [...formerMemory.foreignConversations, ...running, ...ofRemovedEntries];
  if (ids.length === 0) return [];
  const conversations = evidence.flatMap((one) => [...(one.conversations?.values() ?? [])].flat());
  const inFolders = new Set(conversations.map(({ id }) => idKey(id)));
  const recorded = new Set(registry.entries.flatMap((entry) => recordedIds(entry).map(idKey)));
  const former = new Set(isBlind ? formerMemory.foreignConversations.map(idKey) : []);
  return [...new Set(ids.map(idKey))]
    .filter((id) => former.has(id) || (inFolders.has(id) && !recorded.has(id)))
    .toSorted(compare);
}
