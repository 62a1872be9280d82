import { canGoOn, fileOf } from '../model/conversation-file.ts';
import { isSameId } from '../model/conversation-id.ts';
import type { Holder } from '../model/evidence.ts';
import type { Identity } from '../model/view.ts';
import { recordsExpected } from './folder-conversations.ts';
import { againstRecorded, notProven, nothingProves, outranked } from './not-proven.ts';
import { isBranchOf, parentOf, sinceCleared } from './since-cleared.ts';
import type { LiveAgent } from './subject.ts';

/** Judges the id that the agent's arguments give it as its own. */
export function byArguments(id: string, live: LiveAgent): Identity {
  const { claims, agent, launch, evidence } = live;
  // With an unknown id the agent begins another conversation.
  if (!launch.mayBegin && !canGoOn(fileOf(id, evidence))) return nothingProves(live);
  if (claims.isRunByAnother(id, agent)) return notProven('another process runs the conversation of its arguments');
  const said = 'it was started with that id';
  // Its record comes once its question at the start is answered, and proves more.
  const isWaiting = recordsExpected(live) && againstRecorded(live, id, said) !== null;
  return isWaiting ? notProven('it has no live record yet') : byClaim({ id, said, record: null }, live);
}

interface Claim {
  readonly id: string;
  readonly said: string;
  /** The record that makes the claim; `null`: the arguments make it. */
  readonly record: Holder | null;
}

/**
 * Judges a conversation that the agent ran at some time since it started: it still runs it unless `/clear` began
 * another one.
 */
export function byClaim({ id, said, record }: Claim, live: LiveAgent): Identity {
  const before = outranked(live, id, 'arguments');
  if (before !== null) return before;
  const { conversations } = live.evidence;
  const begun = conversations === null ? [] : conversations.get(live.agent.cwd ?? '');
  if (begun === undefined) return notProven('the conversations of its folder could not all be read');
  const file = fileOf(id, live.evidence);
  const artifact = file.kind === 'there' ? file.artifact : null;
  // After `/cd` a conversation that `/clear` began is in a folder that is not read.
  if (record !== null && artifact !== null && !begun.some((one) => isSameId(one.id, id))) {
    return notProven('it works in another folder than the conversation of its record, or wrote nothing into it yet');
  }
  const claimed = { id, parent: parentOf(id, live), artifact, record };
  // A stale record follows `/branch` too: only `/clear` could have begun a later one.
  const isNext = record !== null && isBranchOf(claimed, live.recorded);
  const cleared = sinceCleared(claimed, live);
  if (cleared !== null) return cleared;
  const against = isNext ? null : againstRecorded(live, id, said);
  if (against === null) return { kind: 'proven', id, proof: 'arguments', artifact: canGoOn(file), said };
  return file.kind === 'missing' ? notProven(withoutFile(said)) : against;
}

/**
 * Adds that the conversation has no file: while it starts, an agent may name a conversation that it never begins
 * (Claude 2.1.123), so it is no candidate.
 */
export function withoutFile(said: string): string {
  return `${said}, but it has no file yet`;
}
