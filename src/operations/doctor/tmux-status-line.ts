import { good, type Finding } from '../../system/finding.ts';
import { lineLivesMinutes, linePath } from '../../watch/status-line.ts';

/** Shows the line for `tmux.conf` that puts the status line of the monitor at the bottom of tmux. */
export function statusLineFinding(stateDir: string): Finding {
  return good('status-line', `who needs you, in tmux: set -g status-right '${tmuxSnippet(linePath(stateDir))}'`);
}

/**
 * Returns the part of a tmux format that shows the file while it is young. tmux runs it with `sh`, in about 2 ms.
 *
 * The path passes through four readers: tmux's config, `strftime` (in some versions twice), tmux's formats, and `sh`.
 * No quoting fits all of them, so each letter that means something to one of them becomes the `?` of the shell, which
 * stands for any one letter (`*`: for some). The folder's name is a hash of the registry's path, so no other file is met.
 */
export function tmuxSnippet(path: string): string {
  // Some shells count bytes: `?` is one of them, and a letter outside ASCII is several.
  const pattern = path.replace(special, (letter) => (letter < '\u0080' ? '?' : '*'));
  // `+` and not `;`, which tmux would read.
  return `#(find ${pattern} -mmin -${lineLivesMinutes} -exec cat {} + 2>/dev/null)`;
}

/** Matches each letter that is neither a letter of a script, a digit, nor one of a few signs. */
const special = /[^\p{L}\p{M}\p{N}_/.,:=@-]/gu;
