import { isSameId } from '../model/conversation-id.ts';
import type { Process } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import type { Subject } from './subject.ts';

export function notProven(said: string): Identity {
  return { kind: 'not-proven', said };
}

/** @returns what is said where another id than the recorded one is not proven well enough to take its place, else `null` */
export function againstRecorded({ recorded }: Subject, id: string, said: string): Identity | null {
  if (recorded === null || isSameId(recorded, id)) return null;
  return { kind: 'ambiguous', candidates: [id], said: `${said}, which does not outweigh the recorded id` };
}

/** A weaker proof names another conversation than the record or lock of this very process did. */
export function outranked({ memory }: Subject, agent: Process, id: string): Identity | null {
  const before = memory?.agent ?? null;
  if (before === null || before.pid !== agent.pid || before.start !== agent.start) return null;
  if (before.proof !== 'record' || before.id === null || isSameId(before.id, id)) return null;
  return notProven(`its own record named ${before.id} before, and nothing stronger contradicts it`);
}
