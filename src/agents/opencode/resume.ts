import { idKey } from '../../core/model/conversation-id.ts';
import { shellQuote } from '../../core/words/text.ts';

/**
 * Returns by id the shell commands that resume conversations. Every recorded id gets one, because no file says whether
 * its conversation is there.
 */
export function resumeCommands(ids: readonly string[]): ReadonlyMap<string, string> {
  return new Map(ids.map((id) => [idKey(id), `opencode -s ${shellQuote(id)}`]));
}
