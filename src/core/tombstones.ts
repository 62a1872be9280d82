import type { PlanInput } from './plan.ts';
import { incarnationOf } from './settle.ts';
import type { Unowned } from './view.ts';

/** Incarnation → session name: remembered entries that are not in the file any more while their very session lives. */
export function tombstonesOf(unowned: readonly Unowned[], input: PlanInput): ReadonlyMap<string, string> {
  const present = new Set(input.registry.entries.map((entry) => entry.session));
  const remembered = new Set<string>();
  for (const [id, memory] of Object.entries(input.lastLook.entries)) {
    const [session = ''] = id.split('\u0000');
    // No text yet: planned by us, and never seen in the file.
    if (memory.seen === null || memory.textHash === '' || present.has(session)) continue;
    const { socket, serverPid, serverStart, sessionId } = memory.seen;
    remembered.add([socket, serverPid, serverStart, sessionId].join('\u0000'));
  }
  const deleted = unowned.filter((one) => remembered.has(incarnationOf(one)));
  return new Map(deleted.map((one) => [incarnationOf(one), one.session.name]));
}
