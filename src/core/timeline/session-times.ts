import type { Band, SessionTimeline } from './bands.ts';

/** How long a session was what, in a span of time. The parts of `ms` sum up to the time since its first line. */
export interface SessionTimes extends Omit<SessionTimeline, 'bands'> {
  /** From when on it is known in the span; ms since 1970. */
  readonly since: number;
  /** Each part in ms; time that no monitor watched is `unwatched`, whatever the session did then. */
  readonly ms: Readonly<Record<Band['what'], number>>;
  readonly waits: {
    readonly count: number;
    /** The longest one, as far as it was watched; ms. */
    readonly longestMs: number;
  };
  /** Its last band. */
  readonly last: Band;
  /** Since when it has been gone, as far as that was watched, ms since 1970; `null`: it was not gone at the end. */
  readonly goneSince: number | null;
}

/** Returns the times of each session, in the given order. */
export function sessionTimes(timelines: readonly SessionTimeline[]): readonly SessionTimes[] {
  return timelines.flatMap(({ bands, ...session }) => {
    const [first] = bands;
    const last = bands.at(-1);
    if (first === undefined || last === undefined) return [];
    return [
      { ...session, since: first.from, ms: sumsOf(bands), waits: waitsIn(bands), last, goneSince: goneSince(bands) },
    ];
  });
}

/** Returns how long a session worked; ms. A shell command that an agent left running is work. */
export function workedIn({ ms }: Pick<SessionTimes, 'ms'>): number {
  return ms.working + ms.shell;
}

function sumsOf(bands: readonly Band[]): SessionTimes['ms'] {
  const sums = {
    working: 0,
    idle: 0,
    waiting: 0,
    shell: 0,
    exited: 0,
    alive: 0,
    gone: 0,
    unknown: 0,
    unwatched: 0,
  } satisfies SessionTimes['ms'];
  for (const { from, to, what } of bands) sums[what] += to - from;
  return sums;
}

/** Counts the waits. One that is parted only by time that no monitor watched counts once: it may be the same. */
function waitsIn(bands: readonly Band[]): SessionTimes['waits'] {
  const waits: number[] = [];
  let waitsOn = false;
  for (const { from, to, what } of bands) {
    if (what === 'unwatched') continue;
    if (what === 'waiting' && waitsOn) waits.push((waits.pop() ?? 0) + (to - from));
    else if (what === 'waiting') waits.push(to - from);
    waitsOn = what === 'waiting';
  }
  return { count: waits.length, longestMs: Math.max(0, ...waits) };
}

function goneSince(bands: readonly Band[]): number | null {
  const lived = bands.findLastIndex(({ what }) => what !== 'gone' && what !== 'unwatched');
  return bands.slice(lived + 1).find(({ what }) => what === 'gone')?.from ?? null;
}
