import { isSameId } from '../model/conversation-id.ts';
import type { Proof } from '../model/proof.ts';
import type { Identity } from '../model/view.ts';
import { reportedId } from '../place/agent-processes.ts';
import type { LiveAgent } from './subject.ts';

export function notProven(said: string): Identity {
  return { kind: 'not-proven', said };
}

export function ambiguous(candidates: readonly string[], said: string): Identity {
  return { kind: 'ambiguous', candidates, said };
}

/** Answers that nothing proves the agent's conversation, with the reason if its own files tell it. */
export function nothingProves({ evidence }: LiveAgent): Identity {
  return notProven(evidence.unprovable ?? 'no conversation is provably its own');
}

/** Answers if another id than the recorded one is not proven well enough to replace it; else `null`. */
export function againstRecorded({ recorded }: LiveAgent, id: string, said: string): Identity | null {
  if (recorded === null || isSameId(recorded, id)) return null;
  return ambiguous([id], `${said}, which does not outweigh the recorded id`);
}

/**
 * Answers if a weaker proof names another conversation than the record, the lock or the report of this process did
 * before; else `null`. An earlier report says nothing against the id that the present one names.
 */
export function outranked({ memory, agent, launch }: LiveAgent, id: string, proof: Proof): Identity | null {
  const before = memory?.agent ?? null;
  if (before === null || before.pid !== agent.pid || before.start !== agent.start) return null;
  if (before.id === null || isSameId(before.id, id)) return null;
  const reported = reportedId(launch);
  if (before.proof === 'report' && reported !== null && isSameId(reported, id)) return null;
  const said = before.proof === 'record' ? 'its own record' : before.proof === 'report' ? 'its report' : null;
  if (said === null || before.proof === proof) return null;
  return notProven(`${said} named ${before.id} before, and nothing stronger contradicts it`);
}
