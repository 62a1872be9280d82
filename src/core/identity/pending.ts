import { liveOf, looksLikeClaude } from '../agent/claude-process.ts';
import type { Observation, Process } from '../observation.ts';
import type { EntryView } from '../view.ts';
import { isPrinting } from './agent-process.ts';
import { launchedWith } from './claude.ts';
import { hiddenRecordOf } from './hidden-record.ts';

type Held = Pick<EntryView, 'tree' | 'entry' | 'agentProcess'>;

/**
 * Does a living agent hold that conversation, in the foreground or not? A file that is missing has then only not been
 * written yet. By Claude's own records, Antigravity's locks, or the arguments of an agent in the pane without a record.
 */
export function pendingIn(observation: Observation): (id: string, view: Held) => boolean {
  const { claude, agy } = observation;
  const records = 'known' in claude ? [...claude.known.live.values(), ...claude.known.foreign.values()] : [];
  const locks = 'known' in agy ? [...agy.known.presence.keys()] : [];
  const held = new Set([...records.map(({ sessionId }) => sessionId), ...locks].map((id) => id.toLowerCase()));
  const waits = (one: Process): boolean =>
    looksLikeClaude(one) && !isPrinting(one, observation) && liveOf(one, observation) === null;
  return (id, { tree, entry, agentProcess }) => {
    if (held.has(id.toLowerCase())) return true;
    // Its own record cannot be read: it may name that very id.
    if (
      agentProcess !== null &&
      entry.agent !== null &&
      hiddenRecordOf(agentProcess, entry.agent, observation).length > 0
    )
      return true;
    const processes = tree === null || tree.root === null ? [] : [tree.root, ...tree.descendants];
    return processes.some((one) => launchedWith(one) === id.toLowerCase() && waits(one));
  };
}
