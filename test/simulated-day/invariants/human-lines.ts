import { expect } from 'vitest';

/** The values that the monitor writes. Their keys and comments are the person's. */
const owned =
  /^( {4,}(?:status|terminated_at|termination_mode|pane|claude_session_id_own|previous_session_ids|last_visible_status|created_at):)((?: [^#]*)?)( #.*)?$/;

/** Each line of a person's text is there, in the same order, whatever the monitor wrote since. */
export function humanLinesAreKept(humans: string, now: string): void {
  const lines = linesOf(now);
  let at = 0;
  for (const line of linesOf(humans)) {
    const found = lines.indexOf(line, at);
    if (found < 0) expect.fail(`the line is lost: ${line}\n--- the person's text\n${humans}\n--- now\n${now}`);
    at = found + 1;
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(owned, (_, key: string, __, note = '') => `${key} …${note.trim()}`));
}
