import type { Band } from './bands.ts';

/** A band as a track is drawn: it may stand for several. */
export interface JoinedBand extends Band {
  /** So many short bands stand in it, and it says what took most of the time; absent: it is one band. */
  readonly of?: number;
}

/** What a track can show side by side: in a wide window a band is then some pixels wide. */
const most = 250;

/**
 * Returns bands that a track can show: a browser that draws a week of an agent that changes all day takes seconds. In a
 * row with more bands, those that are too short to be told apart are joined with their neighbours.
 *
 * 1. Bands that are long enough stay as they are, and so does every row with few bands.
 * 2. Time in which no monitor watched, or the session was gone or not seen, is never joined with anything.
 */
export function joinShort(bands: readonly Band[], span: Pick<Band, 'from' | 'to'>): readonly JoinedBand[] {
  if (bands.length <= most) return bands;
  const leastMs = (span.to - span.from) / most;
  const joined: JoinedBand[] = [];
  let short: Band[] = [];
  const join = (): void => {
    joined.push(...asOne(short));
    short = [];
  };
  for (const band of bands) {
    const stays = neverJoined.has(band.what) || band.to - band.from >= leastMs;
    if (stays || band.from - (short[0]?.from ?? band.from) >= leastMs || short.at(-1)?.to !== band.from) join();
    if (stays) joined.push(band);
    else short.push(band);
  }
  join();
  return joined;
}

const neverJoined: ReadonlySet<Band['what']> = new Set(['unwatched', 'gone', 'unknown']);

function asOne(bands: readonly Band[]): readonly JoinedBand[] {
  const [first] = bands;
  const last = bands.at(-1);
  if (first === undefined || last === undefined || bands.length === 1) return bands;
  const times = new Map<Band['what'], number>();
  for (const { what, from, to } of bands) times.set(what, (times.get(what) ?? 0) + to - from);
  const what = [...times].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
  return [{ from: first.from, to: last.to, what, of: bands.length }];
}
