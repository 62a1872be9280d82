import type { ConversationText } from '../../agents/agent.ts';
import { idKey } from '../../core/model/conversation-id.ts';
import type { Agent } from '../../core/model/entry.ts';
import { possibleTime } from '../../core/model/possible-time.ts';
import { oneLine, type Matcher } from './matcher.ts';

/** Of one conversation so many matches are kept, the newest. */
const matchesAtMost = 3;

/** A place where the user's words are. */
export interface TextMatch {
  readonly kind: ConversationText['kind'];
  /** The words with what stands around them. */
  readonly text: string;
  /** ms since 1970; `null`: not known. */
  readonly at: number | null;
}

/** What is known of one conversation. */
export interface FoundConversation {
  readonly agent: Agent;
  readonly id: string;
  readonly title: string | null;
  readonly folder: string | null;
  /** The newest time that is known of it; ms since 1970. */
  readonly at: number | null;
  /** The newest first. */
  readonly matches: readonly TextMatch[];
}

/** Collects what conversations are called and where the user's words are in them; other texts are dropped. */
export class FoundTexts {
  readonly #matcher: Matcher;
  readonly #now: number;
  readonly #byKey = new Map<string, Collected>();

  /** @param now ms since 1970 */
  constructor(matcher: Matcher, now: number) {
    this.#matcher = matcher;
    this.#now = now;
  }

  add(agent: Agent, id: string, { kind, text, at: said }: ConversationText): void {
    const one = this.#collected(agent, id);
    const at = possibleTime(said, 0, this.#now);
    one.at = later(one.at, at);
    if (kind === 'title') one.title ??= oneLine(text);
    if (kind === 'folder') one.folder ??= text;
    const excerpt = this.#matcher.in(text);
    // An agent writes a prompt into the conversation and into a list of all prompts.
    if (excerpt === null || (kind === 'folder' && one.folder !== text)) return;
    const known = one.matches.get(`${kind} ${excerpt}`);
    one.matches.set(`${kind} ${excerpt}`, { kind, text: excerpt, at: later(known?.at ?? null, at) });
  }

  /** Notes when a conversation was changed last; ms since 1970. */
  change(agent: Agent, id: string, at: number): void {
    const one = this.#collected(agent, id);
    one.at = later(one.at, at);
  }

  of(agent: Agent, id: string): FoundConversation | null {
    const one = this.#byKey.get(keyOf(agent, id));
    return one === undefined ? null : shown(one);
  }

  /** Returns the conversations in whose texts or id the words are, that which was changed last first. */
  matching(): readonly FoundConversation[] {
    const found = [...this.#byKey.values()]
      .filter(({ id, matches }) => matches.size > 0 || this.#matcher.in(id) !== null)
      .map(shown);
    return found.toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0));
  }

  #collected(agent: Agent, id: string): Collected {
    const key = keyOf(agent, id);
    const one = this.#byKey.get(key) ?? { agent, id, title: null, folder: null, at: null, matches: new Map() };
    this.#byKey.set(key, one);
    return one;
  }
}

interface Collected extends Pick<FoundConversation, 'agent' | 'id'> {
  title: string | null;
  folder: string | null;
  at: number | null;
  readonly matches: Map<string, TextMatch>;
}

function keyOf(agent: Agent, id: string): string {
  return `${agent} ${idKey(id)}`;
}

function shown({ matches, ...one }: Collected): FoundConversation {
  const newest = [...matches.values()].toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
  const titles = newest.filter(({ kind }) => kind !== 'prompt');
  return { ...one, matches: [...titles, ...newest.filter(({ kind }) => kind === 'prompt').slice(0, matchesAtMost)] };
}

function later(one: number | null, other: number | null): number | null {
  return one === null ? other : Math.max(one, other ?? one);
}
