/** The clocks of two processes may differ by so much, and a clock may be set while they run; ms. */
const doubtMs = 60_000;

/**
 * Returns the time at which something happened, as another program says it; `null`: that cannot be true, because it is
 * to come, or from before `from`, such as the start of the process that it is about. A start that is to come bounds
 * nothing: in a container the kernel's list may tell it (lxc/lxcfs#164). Times are ms since 1970.
 */
export function possibleTime(ms: number | null, from: number, now: number): number | null {
  const earliest = from > now + doubtMs ? 0 : from - doubtMs;
  return ms !== null && ms > 0 && ms >= earliest && ms <= now + doubtMs ? ms : null;
}
