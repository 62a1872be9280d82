import { isSameId } from '../model/conversation-id.ts';
import type { EntryMemory } from '../model/memory.ts';
import type { Observation } from '../model/observation.ts';
import type { EntryView } from '../model/view.ts';
import { recordOf, shownRecord } from '../place/agent-processes.ts';

/**
 * Remembers the conversation in which one goes on that was moved to the background. Before its `continued-in` line
 * (Claude 2.1.240) only the record of the pane's agent names it, and that ends with the session.
 */
export function movedOnNow(
  { agentProcess, memory }: Pick<EntryView, 'agentProcess' | 'memory'>,
  observation: Observation,
): Pick<EntryMemory, 'movedOn'> {
  const own = agentProcess === null ? null : recordOf(agentProcess, observation);
  const known = memory?.movedOn === undefined ? {} : { movedOn: memory.movedOn };
  if (agentProcess === null || own === null) return known;
  if (own.movedTo === null) return isSameId(own.id, memory?.movedOn?.from ?? '') ? {} : known;
  const shown = shownRecord(agentProcess, observation);
  return shown === null ? known : { movedOn: { from: own.id, to: shown.id } };
}

/** Returns the conversation in which that one was seen to go on; `null`: in none. */
export function movedOnFrom(id: string, memory: EntryMemory | null): string | null {
  const movedOn = memory?.movedOn;
  return movedOn !== undefined && isSameId(movedOn.from, id) ? movedOn.to : null;
}
