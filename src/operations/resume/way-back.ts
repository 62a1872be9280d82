import { fileOf } from '../../core/model/conversation-file.ts';
import { entryId, type Entry } from '../../core/model/entry.ts';
import type { EntryMemory } from '../../core/model/memory.ts';
import { currentId } from '../../core/model/id-fields.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Verdict } from '../../core/model/plan.ts';
import type { ScriptItem } from '../../core/drift/resume-script.ts';
import { resumeOf, sessionCommand, type Resume } from '../../core/drift/resume.ts';
import { evidenceOf } from '../../core/place/agent-processes.ts';
import { homeSocket } from '../../core/place/session-of-entry.ts';
import { clean } from '../../core/words/text.ts';
import type { PassReport } from '../context.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';
import { isDeserted } from './lost-sessions.ts';

/** Returns for each session the line that brings it back, or why there is none. No conversation is begun twice. */
export function waysBack(
  sessions: readonly SessionSeen[],
  report: Pick<PassReport, 'plan' | 'observation'>,
): readonly ScriptItem[] {
  const begun = new Map<string, string>();
  return sessions.map((one) => {
    const { session } = one.entry;
    const resume = lineOrWhyNone(one, report);
    if (resume.kind !== 'line') return { session, resume };
    const { conversation } = resume;
    const other = begun.get(conversation);
    begun.set(conversation, other ?? session);
    if (other === undefined) return { session, resume };
    return { session, resume: sentence(`Its conversation is brought back in ${other}.`) };
  });
}

type Sentence = Extract<Resume, { kind: 'sentence' }>;

/** `conversation`: two lines that go on with the same one have the same text there. */
type Line = Extract<Resume, { kind: 'line' }> & { readonly conversation: string };

function lineOrWhyNone(
  one: SessionSeen,
  { plan, observation }: Pick<PassReport, 'plan' | 'observation'>,
): Line | Sentence {
  const { entry, verdict } = one;
  if (verdict?.elsewhere != null) return sentence(`It belongs to another place: ${verdict.elsewhere.host}.`);
  if (verdict === null || verdict.liveness === 'unknown') return unknown(verdict);
  if (verdict.liveness === 'alive' && !isDeserted(one)) return sentence('It lives.');
  const memory = plan.nextMemory.entries[entryId(entry)] ?? null;
  const inShell = resumeOf(entry, memory, observation);
  if (inShell === null) return sentence(whyNone(entry, observation));
  if (inShell.kind === 'sentence') return inShell;
  if (verdict.liveness === 'alive') return sentence(inItsSession(inShell.line, verdict, observation));
  const line = lineOf(entry, memory, verdict, observation);
  return line?.kind === 'line'
    ? { ...line, conversation: inShell.line }
    : (line ?? sentence(whyNone(entry, observation)));
}

function lineOf(entry: Entry, memory: EntryMemory | null, verdict: Verdict, observation: Observation): Resume | null {
  return sessionCommand(entry, memory, observation, verdict.socket ?? homeSocket(entry, memory, observation));
}

function unknown(verdict: Verdict | null): Sentence {
  const { reason, cure } = verdict?.doubt ?? { reason: 'nothing was seen of it', cure: 'asm explain says more' };
  return sentence(`Whether it lives is not known: ${reason}. Cure: ${cure}`);
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
