import type { Artifacts } from '../../core/model/evidence.ts';
import { shellQuote } from '../../core/words/text.ts';
import { rootVariable, usualCodexRoot } from './codex-process.ts';

export interface Home {
  /** The folder of Codex that holds the conversations. */
  readonly root: string;
  /** The home of the shell in which a command will be run. */
  readonly home: string;
}

/** Returns by id the shell commands that resume conversations. */
export function resumeCommands(artifacts: Artifacts, home: Home): ReadonlyMap<string, string> {
  return new Map([...artifacts].flatMap(([id, file]) => (file === null ? [] : [[id, resumeCommand(id, home)]])));
}

/** Returns the shell command that resumes a conversation. Codex looks into one folder only. */
export function resumeCommand(id: string, { root, home }: Home): string {
  const words = `codex resume ${shellQuote(id)}`;
  return root === usualCodexRoot(home) ? words : `${rootVariable}=${shellQuote(root)} ${words}`;
}
