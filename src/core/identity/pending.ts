import { launchOf } from '../agent/claude-launch.ts';
import { isAtTerminal, liveOf, looksLikeClaude, recordsIn } from '../agent/claude-process.ts';
import { idKey, isSameId } from '../model/conversation-id.ts';
import type { Observation, Process } from '../model/observation.ts';
import { processesIn } from '../place/pane-tree.ts';
import type { EntryView } from '../model/view.ts';
import { hiddenRecordOf } from './hidden-record.ts';

type Held = Pick<EntryView, 'tree' | 'entry' | 'agentProcess'>;

/**
 * Does a living agent hold that conversation, in the foreground or not? A file that is missing has then only not been
 * written yet. By Claude's own records, Antigravity's locks, or the arguments of an agent in the pane without a record.
 */
export function pendingIn(observation: Observation): (id: string, view: Held) => boolean {
  const { claude, agy } = observation;
  const records = 'known' in claude ? recordsIn(claude.known) : [];
  const locks = 'known' in agy ? [...agy.known.presence.keys()] : [];
  const held = new Set([...records.map(({ sessionId }) => sessionId), ...locks].map(idKey));
  const waits = (one: Process): boolean =>
    looksLikeClaude(one) && isAtTerminal(one, observation) && liveOf(one, observation) === null;
  return (id, { tree, entry, agentProcess }) => {
    if (held.has(idKey(id))) return true;
    const hidden =
      agentProcess === null || entry.agent === null ? [] : hiddenRecordOf(agentProcess, entry.agent, observation);
    // Its own record cannot be read: it may name that very id.
    if (hidden.length > 0) return true;
    return (tree === null ? [] : processesIn(tree)).some((one) => {
      const launched = launchOf(one).id;
      return launched !== null && isSameId(launched, id) && waits(one);
    });
  };
}
