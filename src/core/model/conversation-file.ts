import { idKey } from './conversation-id.ts';
import type { AgentEvidence, Artifact, Unreadable } from './evidence.ts';

/** What is known about a conversation's file: it is there, it is nowhere, or neither is known. */
export type ConversationFile =
  | { readonly kind: 'there'; readonly artifact: Artifact }
  | { readonly kind: 'missing' }
  /** It may be under an unreadable path; without paths: it was not looked for. */
  | { readonly kind: 'unknown'; readonly hiddenIn: readonly Unreadable[] }
  /** The agent keeps it where this program does not look. */
  | { readonly kind: 'not looked for' };

/** Returns what is known about that conversation's file. Ids compare without case. */
export function fileOf(id: string, files: Pick<AgentEvidence, 'artifacts' | 'unreadable'>): ConversationFile {
  if (files.artifacts === null) return { kind: 'not looked for' };
  const key = idKey(id);
  const artifact = files.artifacts.get(key);
  if (artifact === undefined) return { kind: 'unknown', hiddenIn: hidingPlaces(key, files.unreadable) };
  return artifact === null ? { kind: 'missing' } : { kind: 'there', artifact };
}

/** Decides whether its agent can go on with it. A file that is not looked for was there when an agent named it. */
export function canGoOn({ kind }: ConversationFile): boolean {
  return kind === 'there' || kind === 'not looked for';
}

/**
 * Returns the unreadable paths that may hold that conversation: a path with its own name, else every folder that may.
 * @param id in small letters
 */
export function hidingPlaces(id: string, unreadable: readonly Unreadable[]): readonly Unreadable[] {
  const places = (held: string | null): readonly Unreadable[] =>
    unreadable.filter(({ hides }) => hides.kind === 'conversations' && hides.id === held);
  const named = places(id);
  return named.length > 0 ? named : places(null);
}
