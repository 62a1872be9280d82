import { idKey } from '../../core/model/conversation-id.ts';
import type { Agent } from '../../core/model/entry.ts';
import { noEvidence, type Artifact } from '../../core/model/evidence.ts';
import { evidenceOf, holdersIn } from '../../core/place/agent-processes.ts';
import type { PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';

/** A conversation that an entry names, or that a living agent holds. */
export interface KnownConversation {
  readonly id: string;
  /** `null`: there is no file. `undefined`: where it is, the pass has not looked or could not see. */
  readonly file: Artifact | null | undefined;
}

/** Names a conversation; the id is in small letters. */
export interface ConversationName {
  readonly agent: Agent;
  readonly id: string;
}

/** Returns the conversations that an entry names, of any agent: that which is proven, the recorded, the former ones. */
export function conversationsOf({ entry: { agent, ids, lineage }, row }: SessionSeen): readonly ConversationName[] {
  const own = [row.id, ...lineage.map(({ id }) => id)].map((value) => ({ agent, value }));
  const named = [...own.slice(0, 1), ...ids, ...own.slice(1)].flatMap((one) =>
    one.agent === null || one.value == null ? [] : [{ agent: one.agent, id: idKey(one.value) }],
  );
  return [...new Map(named.map((one) => [`${one.agent} ${one.id}`, one])).values()];
}

/** Returns the conversations of an agent that entries name or living agents hold. */
export function knownConversations(
  agent: Agent,
  sessions: readonly SessionSeen[],
  report: PassReport,
): readonly KnownConversation[] {
  const seen = evidenceOf(agent, report.observation);
  const evidence = 'known' in seen ? seen.known : noEvidence;
  const named = sessions.flatMap(conversationsOf).filter((one) => one.agent === agent);
  const held = holdersIn(evidence).map(({ id }) => idKey(id));
  const ids = new Set([...named.map(({ id }) => id), ...held, ...(evidence.artifacts?.keys() ?? [])]);
  return [...ids].map((id) => ({ id, file: evidence.artifacts?.get(id) }));
}
