import type { Sentence } from '../model/drift.ts';
import type { Agent, Entry } from '../model/entry.ts';
import type { Resume } from '../resume/resume.ts';
import type { EntryView } from '../model/view.ts';
import { clean } from '../words/text.ts';

/** Returns the session, workspace and agent of an entry's drift. */
export function about(entry: Entry): { session: string; workspace: string | null; agent: Agent | null } {
  return { session: entry.session, workspace: entry.workspace, agent: entry.agent };
}

/** Returns the sentence of a drift without a repair. */
export function plain(message: string, resume: Resume | null = null): Sentence {
  const after = whyNotResumed(resume);
  return { kind: 'plain', message: after === null ? message : `${message} ${after}` };
}

/** Returns the sentence of a drift and its repair. */
export function withRepair(
  seen: string,
  words: { readonly done: string; readonly would: string },
  resume: Resume | null = null,
): Sentence {
  return { kind: 'repair', seen, ...words, after: whyNotResumed(resume) };
}

function whyNotResumed(resume: Resume | null): string | null {
  return resume?.kind === 'sentence' ? resume.sentence : null;
}

/** Returns the resume line as a drift holds it. */
export function resumeLine(resume: Resume | null): { readonly resume?: string } {
  return resume?.kind === 'line' ? { resume: resume.line } : {};
}

/** Returns `pane 201132, cmd claude`, or the known part of it; `null` if nothing is known. */
export function paneWords(pane: { readonly pid: number | null; readonly cmd: string | null } | null): string | null {
  const pid = pane?.pid == null ? [] : [`pane ${pane.pid}`];
  const cmd = pane?.cmd == null ? [] : [`cmd ${clean(pane.cmd)}`];
  return pid.length + cmd.length === 0 ? null : [...pid, ...cmd].join(', ');
}

/** Returns the living session's incarnation, as values of a drift's key. */
export function foundIncarnation(view: EntryView): readonly (string | number | null)[] {
  if (view.found === null) return [];
  const { socket, server, session } = view.found;
  return [socket, server.pid, server.start, session.id];
}
