import { oldestTmux } from '../../core/place/tmux-versions.ts';
import { shellQuote } from '../../core/words/text.ts';

/** What a failed tmux client says about the world. */
export type TmuxFailure =
  /** Nothing answers at the socket. That proves that there is no server only if the kernel agrees. */
  | { readonly kind: 'no server'; readonly words: string }
  /** A server that keeps itself alive without any session. */
  | { readonly kind: 'no session' }
  | { readonly kind: 'blind'; readonly reason: string; readonly cure: string };

interface Meaning {
  readonly words: RegExp;
  readonly cure: (socket: string) => string;
}

/** tmux's own messages (3.2 to 3.8), which are English in every locale, and what a person can do about them. */
const meanings: readonly Meaning[] = [
  {
    words: /\(Permission denied\)/,
    cure: (socket) => `run it as the owner of ${socket}, or mend its rights: ls -l ${socket}`,
  },
  { words: /has unsafe permissions/, cure: (socket) => `chmod 700 "$(dirname ${socket})"` },
  {
    words: /\(File name too long\)|socket path too long/,
    cure: () => 'name a socket path of at most 107 bytes (103 on macOS)',
  },
  {
    words: /^server exited unexpectedly|^lost server/m,
    cure: (socket) => `it was shutting down; the next pass tells. Or try: tmux -S ${socket} list-sessions`,
  },
  {
    words: /^protocol version mismatch|^server version is too old for client/m,
    cure: () => 'put the tmux program of the running server first in PATH: ps -eo pid,args | grep tmux',
  },
  { words: /^usage: tmux/m, cure: () => `install tmux ${oldestTmux} or newer` },
];

const noServer = /^no server running on |\((No such file or directory|Connection refused)\)$/m;

/**
 * Explains a failed client.
 * @param words the client's whole stderr
 * @param exitCode its exit code, never 0
 */
export function meaningOf(words: string, exitCode: number, socket: string): TmuxFailure {
  if (noServer.test(words)) return { kind: 'no server', words };
  if (words === 'no current target') return { kind: 'no session' };
  const meaning = meanings.find((one) => one.words.test(words));
  const cure = meaning?.cure ?? ((path: string) => `try: tmux -S ${path} list-sessions`);
  const reason = words === '' ? `tmux failed with ${exitCode} and without a word` : words.split('\n')[0];
  return { kind: 'blind', reason: reason ?? words, cure: cure(shellQuote(socket)) };
}

/** Explains an answer with exit code 0 that is not a whole list. A refusal by the access list comes with 0 too. */
export function meaningOfPart(output: string, socket: string): TmuxFailure {
  if (/^access not allowed/m.test(output)) {
    const cure = `let the owner of the server run: tmux -S ${shellQuote(socket)} server-access -a "<your name>"`;
    return { kind: 'blind', reason: 'access not allowed', cure };
  }
  return { kind: 'blind', reason: 'the list has no end: it is not whole', cure: 'it is asked again by the next pass' };
}
