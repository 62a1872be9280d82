import { clean, shellQuote } from '../words/text.ts';
import type { Resume } from './resume.ts';

/** A session that a script brings back, or is silent about for a reason. */
export interface ScriptItem {
  readonly session: string;
  /** A line for a shell, or the reason why there is none. */
  readonly resume: Resume;
}

/** Returns the line of a script that brings a session back, or a comment that says why there is none. */
export function scriptLine(session: string, resume: Resume): string {
  return resume.kind === 'line' ? resume.line : commentOf(session, resume.sentence);
}

/**
 * Returns a script for any POSIX shell that makes sessions again and says of each on stderr what it did. It may be run
 * again: a session that lives is left alone, because tmux itself refuses to make it. It ends with 1 if a session could
 * not be made.
 * @param about what the script is, for its first comment
 */
export function resumeScript(items: readonly ScriptItem[], about: string): string {
  const head = ['#!/bin/sh', `# ${clean(about)}`];
  if (!items.some(({ resume }) => resume.kind === 'line')) return [...head, ...items.map(lineOf)].join('\n');
  return [...head, ...report, ...items.map(lineOf), '[ "$missed" = 0 ]'].join('\n');
}

function lineOf({ session, resume }: ScriptItem): string {
  const line = scriptLine(session, resume);
  if (resume.kind === 'sentence') return line;
  return `said=$({ ${line}; } 2>&1); report "$?" ${shellQuote(clean(session))}`;
}

/** The function of the script that says how a line ended. What tmux said may hold a name from outside. */
const report = [
  'missed=0',
  'report() {',
  '  case $1:$said in',
  '    0:*) did="brought back" ;;',
  '    *"duplicate session: "*) did="lives already, left as it is" ;;',
  '    *) missed=1; did="not brought back: $(printf %s "$said" | tr -d "[:cntrl:]")" ;;',
  '  esac',
  `  printf '%s: %s\\n' "$2" "$did" >&2`,
  '}',
];

function commentOf(session: string, reason: string): string {
  return `# ${clean(session)}: ${clean(reason)}`;
}
