import type { Agent, Entry } from '../model/entry.ts';
import type { Held } from '../plan/hold-back.ts';
import type { Resume } from './resume.ts';
import type { EntryView } from '../model/view.ts';
import { clean } from '../words/text.ts';

/** Who a drift of an entry is about. */
export function about(entry: Entry): { session: string; workspace: string | null; agent: Agent | null } {
  return { session: entry.session, workspace: entry.workspace, agent: entry.agent };
}

/** A drift's sentence as it is said, and in a dry run; held back, it claims nothing that was not written. */
export function outcome(
  seen: string,
  held: Held | null,
  words: { readonly done: string; readonly would: string },
  resume: Resume | null = null,
): { message: string; dryRunMessage?: string; seen?: string } {
  if (held !== null) return { message: withSentence(`${seen} Left as it is: ${clean(held.words)}.`, resume) };
  const said = (word: string): string => withSentence(`${seen} ${word}`, resume);
  return { message: said(words.done), dryRunMessage: said(words.would), seen };
}

/** A message, and behind it why no line resumes the conversation. */
export function withSentence(message: string, resume: Resume | null): string {
  return resume?.kind === 'sentence' ? `${message} ${resume.sentence}` : message;
}

/** The line that resumes it, as a drift holds it. */
export function resumeLine(resume: Resume | null): { readonly resume?: string } {
  return resume?.kind === 'line' ? { resume: resume.line } : {};
}

/** `pane 201132, cmd claude`, or what of it is known; `null` where nothing is. */
export function paneWords(pane: { readonly pid: number | null; readonly cmd: string | null } | null): string | null {
  const pid = pane?.pid == null ? [] : [`pane ${pane.pid}`];
  const cmd = pane?.cmd == null ? [] : [`cmd ${clean(pane.cmd)}`];
  return pid.length + cmd.length === 0 ? null : [...pid, ...cmd].join(', ');
}

/** The living session's incarnation, as values of a drift's key. */
export function foundIncarnation(view: EntryView): readonly (string | number | null)[] {
  if (view.found === null) return [];
  const { socket, server, session } = view.found;
  return [socket, server.pid, server.start, session.id];
}
