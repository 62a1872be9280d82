import { fileOf } from '../model/conversation-file.ts';
import { idFields } from '../model/id-fields.ts';
import type { Evidence } from '../model/drift.ts';
import type { Entry } from '../model/entry.ts';
import { hiddenRecordOf } from './hidden-record.ts';
import { pendingIn } from './pending.ts';
import type { Unreadable } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import { evidenceOf } from '../place/agent-processes.ts';
import type { EntryView } from '../model/view.ts';

type Seen = Pick<EntryView, 'entry' | 'tree' | 'agentProcess' | 'identity'>;

/**
 * Finds the unreadable paths that matter for an entry: paths that may hold a recorded conversation found nowhere else,
 * and paths that could say which one its agent runs. Other entries are not affected.
 */
export function hiddenIn(observation: Observation): (one: Seen) => readonly Unreadable[] {
  const isPending = pendingIn(observation);
  return (one) => {
    const { entry, agentProcess, identity } = one;
    if (entry.agent === null) return [];
    const files = evidenceOf(entry.agent, observation);
    if ('blind' in files || files.known.unreadable.length === 0) return [];
    const recorded = idFields(entry).flatMap(({ value }) => (value == null || isPending(value, one) ? [] : [value]));
    const conversations = recorded.flatMap((id) => {
      const file = fileOf(id, files.known);
      return file.kind === 'unknown' ? file.hiddenIn : [];
    });
    const isProven = identity.kind === 'proven' && identity.proof === 'record';
    const records = agentProcess === null || isProven ? [] : hiddenRecordOf(agentProcess, entry.agent, observation);
    return [...new Set([...conversations, ...records])];
  };
}

/** Returns the evidence about an unreadable path, for an entry. */
export function hiddenEvidence(one: Unreadable, { agent }: Entry, { at }: Observation): Evidence {
  const what = one.hides.kind === 'conversations' ? 'its conversation could lie there' : 'it could say what it runs';
  return { source: hiddenSource(agent ?? 'agent', one), said: `${one.reason}: ${what}`, at };
}

/** Returns the name of such a source, as in `blind` and in the evidence. */
export function hiddenSource(agent: string, { path }: Unreadable): string {
  return `${agent}:${path}`;
}
