import { codingAgents } from '../../agents/index.ts';
import type { Context, PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';
import { AgentSearch, type Unread } from './agent-search.ts';
import { FoundTexts } from './found-texts.ts';
import type { Matcher } from './matcher.ts';
import type { Budget } from './text-files.ts';

/** How much is read; bytes. */
const limits = { conversation: 512 * 1024, other: 128 * 1024, inAll: 128 * 1024 * 1024 };
/** With `--all` so many conversations are read that nothing names. */
const othersAtMost = 500;

export interface TextsAsk {
  readonly report: PassReport;
  readonly sessions: readonly SessionSeen[];
  readonly matcher: Matcher;
  /** The newest other conversations are wanted too. */
  readonly all: boolean;
}

export interface TextsSearch {
  readonly found: FoundTexts;
  /** What should have been read and could not. */
  readonly unread: readonly Unread[];
  /** What was left out on purpose, in whole clauses for people. */
  readonly leftOut: readonly string[];
  /** How many conversations were read. */
  readonly read: number;
}

/** Searches the titles and prompts of conversations, agent by agent. Nothing is kept but what matches. */
export async function searchTexts(
  ask: TextsAsk,
  { settings, signal }: Pick<Context, 'settings' | 'signal'>,
): Promise<TextsSearch> {
  const found = new FoundTexts(ask.matcher, ask.report.observation.at);
  const budget: Budget = { left: limits.inAll };
  const searches: AgentSearch[] = [];
  for (const agent of codingAgents) {
    const reader = await agent.texts?.();
    if (reader === undefined) continue;
    const { facts } = agent;
    const folders = settings.agents[facts.name] ?? [];
    searches.push(new AgentSearch({ facts, reader, ...ask, found, budget, folders }));
  }
  for (const search of searches) search.readFolders();
  for (const search of searches) await search.readConversations(search.known(), limits.conversation, signal);
  const leftOut = [...withoutReader(ask), ...(ask.all ? await readOthers(searches, signal) : [])];
  return {
    found,
    unread: searches.flatMap((search) => search.unread()),
    leftOut: [...leftOut, ...searches.flatMap((search) => search.leftOut())],
    read: searches.reduce((sum, { read }) => sum + read, 0),
  };
}

/** Reads the newest conversations that were not read yet. */
async function readOthers(searches: readonly AgentSearch[], signal: AbortSignal): Promise<readonly string[]> {
  const others = searches
    .flatMap((search) => search.others().map((one) => ({ search, ...one })))
    .toSorted((one, other) => other.file.mtime - one.file.mtime);
  const newest = others.slice(0, othersAtMost);
  for (const { search, id, file } of newest) await search.readConversations([{ id, file }], limits.other, signal);
  if (others.length === newest.length) return [];
  return [`of ${others.length} other conversations only the newest ${othersAtMost} were read`];
}

/** Says of which agents neither titles nor prompts are read. */
function withoutReader({ sessions }: TextsAsk): readonly string[] {
  const used = new Set(sessions.map(({ entry }) => entry.agent));
  return codingAgents
    .filter(({ facts, texts }) => texts === undefined && used.has(facts.name))
    .map(({ facts }) => `titles and prompts of ${facts.title} are not read`);
}
