import type { AgentActivity } from '../../core/model/activity.ts';

/**
 * Reads from the title of its pane what a Codex does (0.171.0): `⠧ <title> | <folder>` at work,
 * `[ ! ] Action Required | <title> | <folder>` while it waits for its user (`!` and `.` in turn), else
 * `<title> | <folder>`, or the folder alone. `null`: another program wrote that title, or the user's settings did.
 * @param cwd where it works
 */
export function activityByTitle(title: string, cwd: string | null): AgentActivity | null {
  if (/^\[ [.!] \] Action Required( \||$)/.test(title)) {
    return { activity: 'waiting', waiting: { for: null, since: null }, since: null };
  }
  const folder = cwd?.split('/').at(-1) ?? '';
  if (folder === '' || !(title === folder || title.endsWith(` ${folder}`))) return null;
  return { activity: /^[\u2801-\u28ff] /.test(title) ? 'working' : 'idle', waiting: null, since: null };
}
