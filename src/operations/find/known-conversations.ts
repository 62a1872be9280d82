import { idKey } from '../../core/model/conversation-id.ts';
import { noEvidence } from '../../core/model/evidence.ts';
import { evidenceOf, holdersIn } from '../../core/place/agent-processes.ts';
import { recordedIds, type Agent } from '../../core/model/entry.ts';
import type { Artifact } from '../../core/model/evidence.ts';
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
  const seen = evidenceOf(agent, report.observation);
  const evidence = 'known' in seen ? seen.known : noEvidence;
  const held = holdersIn(evidence).map(({ id }) => idKey(id));
  const named = sessions.filter(({ entry }) => entry.agent === agent).flatMap(conversationsOf);
  const ids = new Set([...named, ...held, ...(evidence.artifacts?.keys() ?? [])]);
  return [...ids].map((id) => ({ id, file: evidence.artifacts?.get(id) }));
}
