/**
 * One act often sends several signals at once: a closed terminal those of tmux, of the kernel and of the shell, Ctrl-C
 * below npm its own and npm's; ms.
 */
const burstMs = 500;

/**
 * Makes the judge of the signals that a process gets: the first one stops it in order, and one that comes after the burst
 * of the first ends it at once.
 * @param now ms of a clock that is never set
 */
export function signalJudge(now: () => number): () => 'stop' | 'end' | 'same' {
  let firstAt: number | null = null;
  return () => {
    if (firstAt !== null) return now() - firstAt < burstMs ? 'same' : 'end';
    firstAt = now();
    return 'stop';
  };
}
