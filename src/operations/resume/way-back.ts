import { fileOf } from '../../core/model/conversation-file.ts';
import { entryId, type Entry } from '../../core/model/entry.ts';
import { idKey } from '../../core/model/conversation-id.ts';
import type { EntryMemory } from '../../core/model/memory.ts';
import { currentId } from '../../core/model/id-fields.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Verdict } from '../../core/model/plan.ts';
import type { ScriptItem } from '../../core/resume/resume-script.ts';
import { resumedId, resumeOf, sessionCommand, type Resume } from '../../core/resume/resume.ts';
import { evidenceOf } from '../../core/place/agent-processes.ts';
import { homeSocket } from '../../core/place/session-of-entry.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import type { PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';
import { isDeserted } from './lost-sessions.ts';

/**
 * Returns for each session the line that brings it back, or why there is none. No conversation is begun twice: a line
 * counts before a bare shell, the first one before the others, and a session that lives before them all.
 */
export function waysBack(
  sessions: readonly SessionSeen[],
  report: Pick<PassReport, 'plan' | 'observation' | 'registry'>,
): readonly SessionBack[] {
  const ways = sessions.map((one) => ({ one, way: wayOf(one, report) }));
  const living = livingIn(report);
  const begun = new Map<string, SessionSeen>();
  for (const kind of ['line', 'shell'] as const) {
    for (const { one, way } of ways) {
      if (way.kind === kind && !begun.has(way.conversation)) begun.set(way.conversation, one);
    }
  }
  return ways.map(({ one, way }) => {
    const { session } = one.entry;
    if (way.kind === 'sentence') return { session, resume: way, begunIn: null };
    const lives = living.get(way.conversation) ?? null;
    const first = begun.get(way.conversation) ?? one;
    if (lives === null && first === one) return { session, resume: way.resume, begunIn: null };
    const begunIn = lives ?? first.entry.session;
    return { session, resume: sentence(whyElsewhere(begunIn, lives === null ? first : null)), begunIn };
  });
}

export interface SessionBack extends ScriptItem {
  /** The other session in which its conversation goes on; `null`: none is known. */
  readonly begunIn: string | null;
}

/** @param first the session in which it is begun; `null`: the other one lives with an agent */
function whyElsewhere(session: string, first: SessionSeen | null): string {
  if (first === null) return `Its conversation may go on in ${session}, which lives and records it too.`;
  return first.verdict?.liveness === 'alive'
    ? `Its conversation belongs in the shell of ${session}.`
    : `Its conversation is brought back in ${session}.`;
}

type Sentence = Extract<Resume, { kind: 'sentence' }>;

/** `shell`: it lives with a bare shell, in which a line goes on. Those with the same `conversation` go on with the same. */
type Way = Sentence | { readonly kind: 'line' | 'shell'; readonly resume: Resume; readonly conversation: string };

/** Returns the conversations that entries record whose agent lives, and the session of each: it may well run it. */
function livingIn({ plan, registry }: Pick<PassReport, 'plan' | 'registry'>): ReadonlyMap<string, string> {
  const verdicts = new Map(plan.verdicts.map((verdict) => [entryId(verdict.entry), verdict]));
  return new Map(
    registry.entries.flatMap((entry) => {
      const verdict = verdicts.get(entryId(entry)) ?? null;
      if (verdict?.liveness !== 'alive' || verdict.elsewhere !== null || isDeserted({ verdict })) return [];
      const id = verdict.identity?.id ?? currentId(entry);
      return id === null ? [] : [[conversationKey(entry, id), entry.session] as const];
    }),
  );
}

function conversationKey({ agent }: Entry, id: string): string {
  return `${agent} ${idKey(id)}`;
}

function wayOf(one: SessionSeen, { plan, observation }: Pick<PassReport, 'plan' | 'observation'>): Way {
  const { entry, verdict } = one;
  if (verdict?.elsewhere != null) return sentence(`It belongs to another place: ${verdict.elsewhere.host}.`);
  if (verdict === null || verdict.liveness === 'unknown') return unknown(verdict);
  if (verdict.liveness === 'alive' && !isDeserted(one)) return sentence('It lives.');
  const memory = plan.nextMemory.entries[entryId(entry)] ?? null;
  const inShell = resumeOf(entry, memory, observation);
  if (inShell?.kind === 'sentence') return inShell;
  const id = resumedId(entry, memory, observation);
  if (inShell === null || id === null) return sentence(whyNone(entry, observation));
  const conversation = conversationKey(entry, id);
  if (verdict.liveness === 'alive') {
    return { kind: 'shell', resume: sentence(inItsSession(inShell.line, verdict, observation)), conversation };
  }
  const line = lineOf(entry, memory, verdict, observation) ?? sentence(whyNone(entry, observation));
  return line.kind === 'line' ? { kind: 'line', resume: line, conversation } : line;
}

function lineOf(entry: Entry, memory: EntryMemory | null, verdict: Verdict, observation: Observation): Resume | null {
  return sessionCommand(entry, memory, observation, verdict.socket ?? homeSocket(entry, memory, observation));
}

function unknown(verdict: Verdict | null): Sentence {
  return sentence(`Whether it lives is not known: ${doubtOf(verdict)}`);
}

/** Says why nothing is known of sessions that may be lost. */
export function doubtAbout(sessions: readonly SessionSeen[]): string | null {
  const [first] = sessions;
  if (first === undefined) return null;
  const names = someOf(sessions.map(({ entry }) => entry.session));
  const whether = sessions.length === 1 ? `1 session lives` : `${sessions.length} sessions live`;
  return clean(`Whether ${whether} is not known (${names}): ${doubtOf(first.verdict)}`);
}

function doubtOf(verdict: Verdict | null): string {
  const { reason, cure } = verdict?.doubt ?? { reason: 'nothing was seen of it', cure: 'asm explain says more' };
  return `${reason}. Cure: ${cure}`;
}

function inItsSession(line: string, verdict: Verdict, observation: Observation): string {
  return isPaneDead(verdict, observation)
    ? `It lives with a dead pane only: end that session, then ask again. Its conversation: ${line}`
    : `It lives with a bare shell; run in it: ${line}`;
}

/** Decides whether nothing runs in its pane, which tmux keeps open: a line cannot be pasted there. */
export function isPaneDead({ socket, pane }: Verdict, { sockets }: Observation): boolean {
  const seen = socket === null ? undefined : sockets.get(socket);
  const panes =
    seen !== undefined && 'known' in seen ? (seen.known.server?.sessions ?? []).flatMap((one) => one.panes) : [];
  return panes.find(({ id }) => id === pane)?.dead === true;
}

/** Says why there is neither a line nor a sentence about a conversation. */
function whyNone(entry: Entry, observation: Observation): string {
  if (entry.agent === null) return 'Its agent is not known.';
  const id = currentId(entry);
  if (id === null) return 'No conversation of it is recorded.';
  const seen = evidenceOf(entry.agent, observation);
  if ('blind' in seen) return `The files of its agent cannot be read: ${seen.blind}. Cure: ${seen.cure}`;
  const isMissing = fileOf(id, seen.known).kind === 'missing';
  return isMissing ? `The file of its conversation ${id} is gone.` : `No command resumes its conversation ${id}.`;
}

function sentence(text: string): Sentence {
  return { kind: 'sentence', sentence: clean(text) };
}
