import { idKey } from '../../core/model/conversation-id.ts';
import { recordedIds, type Agent } from '../../core/model/entry.ts';
import type { AgentEvidence, Artifact } from '../../core/model/evidence.ts';
import type { PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';

/** A conversation that an entry names, or that a living agent holds. */
export interface KnownConversation {
  readonly id: string;
  /** `null`: there is no file. `undefined`: where it is, the pass has not looked or could not see. */
  readonly file: Artifact | null | undefined;
}

/** Returns the conversations that an entry names: the present ones, the former ones, and that which is proven. */
export function conversationsOf({ entry, row }: SessionSeen): readonly string[] {
  return [...new Set([row.id, ...recordedIds(entry)].filter((id) => id !== null).map(idKey))];
}

/** Returns the conversations of an agent that entries name or living agents hold. */
export function knownConversations(
  agent: Agent,
  sessions: readonly SessionSeen[],
  report: PassReport,
): readonly KnownConversation[] {
  const evidence = evidenceOf(agent, report);
  const named = sessions.filter(({ entry }) => entry.agent === agent).flatMap(conversationsOf);
  const ids = new Set([...named, ...heldConversations(agent, report), ...(evidence?.artifacts?.keys() ?? [])]);
  return [...ids].map((id) => ({ id, file: evidence?.artifacts?.get(id) }));
}

/** Returns the conversations that living processes hold, in small letters. */
export function heldConversations(agent: Agent, report: PassReport): ReadonlySet<string> {
  const holders = evidenceOf(agent, report)?.holders.values() ?? [];
  return new Set([...holders].flat().map(({ id }) => idKey(id)));
}

/** Returns what the pass saw of an agent; `null`: it was blind, or nothing needed that agent. */
export function evidenceOf(agent: Agent, { observation }: PassReport): AgentEvidence | null {
  const seen = observation.evidence.get(agent);
  return seen !== undefined && 'known' in seen ? seen.known : null;
}
