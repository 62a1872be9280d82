import { liveOf, looksLikeClaude } from '../agent/claude-process.ts';
import type { Observation, Process } from '../observation.ts';
import type { EntryView } from '../view.ts';
import { isPrinting } from './agent-process.ts';
import { launchedWith } from './claude.ts';

/**
 * Does a living agent hold that conversation, in the foreground or not? A file that is missing has then only not been
 * written yet. By Claude's own records, Antigravity's locks, or the arguments of an agent in the pane without a record.
 */
export function pendingIn(observation: Observation): (id: string, view: EntryView) => boolean {
  const { claude, agy } = observation;
  const records = 'known' in claude ? [...claude.known.live.values(), ...claude.known.foreign.values()] : [];
  const locks = 'known' in agy ? [...agy.known.presence.keys()] : [];
  const held = new Set([...records.map(({ sessionId }) => sessionId), ...locks]);
  const waits = (one: Process): boolean =>
    looksLikeClaude(one) && !isPrinting(one, observation) && liveOf(one, observation) === null;
  return (id, { tree }) => {
    if (held.has(id)) return true;
    const processes = tree === null || tree.root === null ? [] : [tree.root, ...tree.descendants];
    return processes.some((one) => launchedWith(one) === id && waits(one));
  };
}
