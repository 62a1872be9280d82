import { compare } from '../model/compare.ts';
import { idKey } from '../model/conversation-id.ts';
import { entryId, recordedIds } from '../model/entry.ts';
import type { PlanInput } from '../model/plan.ts';

/**
 * Conversations that a process without an entry runs or ran: a Claude in another terminal, a session whose entry was
 * taken out. Only those that could be taken for another agent's: no entry records them, and their transcript lies in a
 * folder of an agent.
 */
export function foreignConversations({ registry, observation, formerMemory }: PlanInput): readonly string[] {
  if ('blind' in observation.claude) return formerMemory.elsewhere;
  const { foreign, transcripts } = observation.claude.known;
  const present = new Set(registry.entries.map(entryId));
  const ofRemovedEntries = Object.entries(formerMemory.entries).flatMap(([id, { agent }]) =>
    present.has(id) || agent?.id == null ? [] : [agent.id],
  );
  const running = [...foreign.values()].map(({ sessionId }) => sessionId);
  const ids = [...formerMemory.elsewhere, ...running, ...ofRemovedEntries];
  if (ids.length === 0) return [];
  const inFolders = new Set([...transcripts.values()].flatMap((each) => each.map(({ id }) => idKey(id))));
  const recorded = new Set(registry.entries.flatMap((entry) => [...recordedIds(entry)].map(idKey)));
  return [...new Set(ids.map(idKey))].filter((id) => inFolders.has(id) && !recorded.has(id)).toSorted(compare);
}
