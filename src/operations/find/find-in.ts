import { idKey } from '../../core/model/conversation-id.ts';
import { lineOf } from '../../core/resume/resume.ts';
import { homeExpanded } from '../../core/words/home-path.ts';
import { isoMillis } from '../../core/words/time.ts';
import type { FindAnswer, FoundMatch, FoundSession } from '../answers/find.ts';
import type { Context, PassReport } from '../context.ts';
import { sessionsIn, type SessionSeen } from '../sessions/session-rows.ts';
import { withStateSince } from '../sessions/with-state-since.ts';
import type { FoundConversation, FoundTexts } from './found-texts.ts';
import { conversationsOf } from './known-conversations.ts';
import { makeMatcher, type Matcher } from './matcher.ts';
import { searchTexts } from './search-texts.ts';
import { waysToGoOn, type WayToGoOn } from './ways-to-go-on.ts';

/** Of the conversations that no entry names so many are shown, the newest. */
const othersAtMost = 50;

/** Finds the sessions and the conversations in which the words are. */
export async function findIn(
  report: PassReport,
  { words, all }: { readonly words: string; readonly all: boolean },
  context: Pick<Context, 'settings' | 'signal' | 'home' | 'stateHistory'>,
): Promise<{ readonly answer: FindAnswer; readonly matcher: Matcher }> {
  const matcher = makeMatcher(words);
  const sessions = await withStateSince(sessionsIn(report, null), context.stateHistory(), report.observation.at);
  const { found, unread, leftOut, read } = await searchTexts({ report, sessions, matcher, all }, context);
  const named = new Set(sessions.flatMap(conversationsOf).map(({ agent, id }) => `${agent} ${id}`));
  const others = found.matching().filter(({ agent, id }) => !named.has(`${agent} ${idKey(id)}`));
  const answer: FindAnswer = {
    sessions: sessions
      .map((one) => foundSession(one, matcher, found, context.home))
      .filter(({ matches }) => matches.length > 0),
    conversations: (await waysToGoOn(others.slice(0, othersAtMost), report, context)).map((way) =>
      foundConversation(way, matcher),
    ),
    read,
    unread,
    left_out: [...leftOut, ...moreThan(othersAtMost, others.length)],
    blind: report.document.blind,
  };
  return { answer, matcher };
}

function moreThan(most: number, count: number): readonly string[] {
  return count <= most
    ? []
    : [`of ${count} conversations without an entry that match only the newest ${most} are shown`];
}

function foundConversation(
  { conversation, running, resume }: WayToGoOn,
  matcher: Matcher,
): FindAnswer['conversations'][number] {
  const { agent, id, at, title, folder } = conversation;
  return {
    agent,
    id,
    running,
    changed: isoOf(at),
    resume: lineOf(resume),
    not_resumed: resume?.kind === 'sentence' ? resume.sentence : null,
    title,
    folder,
    matches: [...matchesOf(conversation), ...matchIn('id', id, matcher, id)],
  };
}

function foundSession(one: SessionSeen, matcher: Matcher, found: FoundTexts, home: string): FoundSession {
  const { entry, row } = one;
  const ids = conversationsOf(one);
  const texts = ids.flatMap(({ agent, id }) => found.of(agent, id) ?? []);
  const current = texts.find(({ agent, id }) => agent === entry.agent && idKey(id) === idKey(row.id ?? '')) ?? null;
  const written = entry.cwd ?? entry.pane?.cwd ?? null;
  const own = (kind: FoundMatch['in'], text: string | null) => matchIn(kind, text, matcher, null);
  const folders = written === null ? [] : [written, homeExpanded(written, home)].flatMap((path) => own('folder', path));
  return {
    ...row,
    title: current?.title ?? null,
    folder: current?.folder ?? written,
    matches: [
      ...own('session', entry.session),
      ...own('workspace', entry.workspace),
      ...ids.flatMap(({ id }) => matchIn('id', id, matcher, id)),
      ...texts.flatMap(matchesOf).filter((match) => match.in !== 'folder' || folders.length === 0),
      ...folders.slice(0, 1),
    ],
  };
}

/** @param id the conversation that the text is about; `null`: the session */
function matchIn(
  kind: FoundMatch['in'],
  text: string | null,
  matcher: Matcher,
  id: string | null,
): readonly FoundMatch[] {
  const excerpt = text === null ? null : matcher.in(text);
  return excerpt === null ? [] : [{ in: kind, text: excerpt, at: null, id }];
}

function matchesOf({ id, matches }: FoundConversation): readonly FoundMatch[] {
  return matches.map(({ kind, text, at }) => ({ in: kind, text, at: isoOf(at), id }));
}

function isoOf(at: number | null): string | null {
  // A time beyond what a date can be, in a broken line.
  return at === null || Number.isNaN(new Date(at).getTime()) ? null : isoMillis(at);
}
