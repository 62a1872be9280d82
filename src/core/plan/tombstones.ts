import { pairsOf } from '../model/branded.ts';
import { sessionIn } from '../model/entry.ts';
import type { PlanInput } from '../model/plan.ts';
import { incarnationOf } from '../place/last-changed.ts';
import type { FoundSession } from '../model/view.ts';

/**
 * Returns incarnation → session name of remembered entries that are not in the file any more while their session lives,
 * or while its server does not answer: the next memory does not hold them.
 */
export function tombstonesOf(unowned: readonly FoundSession[], input: PlanInput): ReadonlyMap<string, string> {
  const { registry, observation, formerMemory } = input;
  const present = new Set(registry.entries.map((entry) => entry.session));
  const living = new Map(unowned.map((one) => [incarnationOf(one), one.session.name]));
  const tombstones = new Map<string, string>();
  for (const [id, memory] of pairsOf(formerMemory.entries)) {
    const session = sessionIn(id);
    // The entry has no text yet: the monitor planned it, and never saw it in the file.
    if (memory.seen === null || memory.textHash === '' || present.has(session)) continue;
    const { socket, serverPid, serverStart, sessionId } = memory.seen;
    const incarnation = [socket, serverPid, serverStart, sessionId].join('\u0000');
    const state = observation.sockets.get(socket);
    const answered = state !== undefined && 'known' in state;
    const name = answered ? living.get(incarnation) : session;
    if (name !== undefined) tombstones.set(incarnation, name);
  }
  return tombstones;
}
