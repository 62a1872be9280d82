import type { AgentFacts } from '../core/model/agent.ts';
import type { Entry } from '../core/model/entry.ts';
import { anchorsOf } from '../yaml/anchors.ts';
import type { Source } from '../yaml/source.ts';
import { sessionsOf, type Sessions } from './find-entries.ts';
import { readEntries } from './read-entries.ts';
import { splitIntoBlocks, type Blocks } from './registry-blocks.ts';
import { refuseSource, type Refusal } from './why-unreadable.ts';

export type SourceRead =
  | { readonly kind: 'read'; readonly entries: readonly Entry[]; readonly blocks: Blocks | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Reads a parsed text. `blocks` is `null` if not each block is one entry, or if an entry may refer to another one, by an
 * anchor.
 * @param registered sessions that the monitor registered
 */
export function readSource(source: Source, agents: readonly AgentFacts[], registered: ReadonlySet<string>): SourceRead {
  const sessions = sessionsOf(source);
  const refusal = refuseSource(source, sessions, registered);
  if (refusal !== null) return { kind: 'refused', refusal };
  return { kind: 'read', entries: readEntries(source, sessions, agents), blocks: provenBlocks(source, sessions) };
}

function provenBlocks(source: Source, sessions: Sessions): Blocks | null {
  if (sessions.shape !== 'map' && sessions.shape !== 'list') return null;
  if (sessions.node.flow === true || !anchorsOf(source.doc).areNone) return null;
  const split = splitIntoBlocks(source.text);
  if (split === null || split.blocks.length !== sessions.entries.length) return null;
  let end = split.head.length;
  const isEach = split.blocks.every((block, index) => {
    const start = end + block.search(sessions.shape === 'map' ? /[^ ]/ : /[^ -]/);
    end += block.length;
    const entry = sessions.entries[index];
    return entry !== undefined && entry.start === start && entry.end <= end;
  });
  return isEach ? split : null;
}
