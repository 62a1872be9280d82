import type { FoundDrift } from '../../core/timeline/digest-input.ts';
import type { Digest } from '../../core/timeline/digest.ts';
import type { Span } from '../../core/timeline/unwatched.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import { hoursAndMinutes, localTime, span as spanText, zoneName } from '../../core/words/time.ts';
import { noRegistryText } from '../text/registry.ts';
import { lastAt, when, type BlockOptions } from './block-options.ts';
import { listOf, type Block, type Rows } from './block.ts';
import { deathList } from './death-rows.ts';
import { timesTable } from './times-table.ts';

/** Returns a digest for people: what needs them, what died and how to bring it back, what changed, and the times. */
export function digestBlocks(digest: Digest, options: BlockOptions): readonly Block[] {
  const { atMost, shows, pastes } = options;
  const waiting = digest.waiting.map((one) => [clean(one.session), waitText(one, options)]);
  const needs = [...waiting, ...options.unreadable.map((text) => [text])];
  const ended = digest.endedByUser.map(({ session, at }) => [when(at, options), clean(session)]);
  const parts: readonly Block[] = [
    ...listOf('Needs you now', needs, atMost, shows.waiting),
    ...deathList(digest.deaths, atMost, (ms) => when(ms, options), shows.history),
    ...pastes.slice(0, atMost).map((paste) => ({ kind: 'paste', ...paste }) as const),
    ...listOf('No command brings these back', lostRows(options), atMost, shows.whole),
    ...listOf('Ended by you', ended, atMost, shows.history),
    ...listOf('Finished, and idle now', idleRows(digest, options), atMost, shows.whole),
    ...listOf('Jobs', jobRows(digest, options), atMost, shows.history),
    ...listOf('New and changed', changeRows(digest, options), atMost, shows.history),
    ...listOf('Could not be seen', blindRows(digest, options), atMost, shows.history),
  ];
  const times = timesTable(digest.times, Math.max(atMost, screenLines - linesOf(parts)), shows.whole);
  const gaps = gapsToTell(digest, options);
  // Of time in which no monitor watched it is only known what was found.
  const nothing = gaps.length === 0 ? 'Nothing happened' : 'Nothing was found';
  const quiet =
    parts.length === 0 ? [{ text: `${nothing} since ${when(beginning(digest.span, options), options)}.` }] : [];
  const unasked = needs.length === 0 ? [{ text: 'No session says that it waits for you.' }] : [];
  return [
    { kind: 'title', text: titleText(digest, options) },
    ...[
      ...registryNotes(options),
      ...quiet,
      ...unasked,
      ...reachNotes(options),
      ...watchNotes(gaps, digest, options),
    ].map((note) => ({ kind: 'note', ...note }) as const),
    ...parts,
    ...times,
  ];
}

/** The lines of a screen for all but the head of a digest: the table takes what the lists leave. */
const screenLines = 42;
/** The least length of a text that a terminal breaks into two lines. */
const brokenAt = 56;

/** Returns about how many lines a terminal shows of these parts, with the blank lines before them. */
function linesOf(parts: readonly Block[]): number {
  const lines = parts.map((part) => (part.kind === 'list' ? linesOfRows(part.rows) + 2 : 3));
  return lines.reduce((sum, one) => sum + one, 0);
}

function linesOfRows(rows: Rows): number {
  return rows.reduce((sum, row) => sum + Math.max(1, Math.ceil((row.at(-1) ?? '').length / brokenAt)), 0);
}

function titleText({ span: { from, to } }: Digest, { now, zone, begins }: BlockOptions): string {
  const inZone = `Times are in ${zoneText(zone(from), zone(now))}.`;
  const since = localTime(from, now, zone);
  const length = lengthText(to - from);
  switch (begins) {
    case 'given':
      return `The last ${length}, since ${since}. ${inZone}`;
    case 'last-asked':
      return `Since you last asked at ${since}, ${length} ago. ${inZone}`;
    case 'asked-ahead':
      return `The clock was set back since you last asked, so this is the last ${length}, since ${since}. ${inZone}`;
    case 'never-asked':
      return `You did not ask before, so this is the last ${length}, since ${since}. ${inZone}`;
  }
}

/** Names the zones at the beginning and now: in between the clocks may have been changed, as in March and October. */
function zoneText(first: number, now: number): string {
  return first === now ? zoneName(now) : `${zoneName(first)}, and in ${zoneName(now)} since the clocks were changed`;
}

type Note = Omit<Extract<Block, { kind: 'note' }>, 'kind'>;

function registryNotes({ absentRegistry, unregistered, shows }: BlockOptions): readonly Note[] {
  const names = unregistered.map(clean);
  return [
    ...(absentRegistry === null ? [] : [{ text: noRegistryText(absentRegistry) }]),
    ...(names.length === 0
      ? []
      : [{ text: `Not in the registry yet: ${someOf(names)}. To register:`, command: shows.register }]),
  ];
}

function reachNotes({ reachesTo, now, zone }: BlockOptions): readonly Note[] {
  if (reachesTo === null) return [];
  const at = localTime(reachesTo.at, now, zone);
  return [
    {
      text: reachesTo.isBeginning
        ? `The log begins at ${at}: nothing was written down before.`
        : `The log reaches back to ${at} only: what was found before that is no longer in it.`,
    },
  ];
}

/** How many times without a monitor are named. */
const gapsAtMost = 3;

/** A shorter time without a monitor is not told if one watched on: it was only started again; ms. */
const shortGapMs = 1_000;

function gapsToTell({ span, unwatched }: Digest, options: BlockOptions): readonly Span[] {
  const began = beginning(span, options);
  return unwatched
    .map(({ from, to }) => ({ from: Math.max(from, began), to }))
    .filter(({ from, to }) => to > from && (to - from >= shortGapMs || to === span.to));
}

/** Returns from when on a digest knows anything: what the log says of its beginning is not said again. */
function beginning({ from }: Span, { reachesTo }: BlockOptions): number {
  return reachesTo?.isBeginning === true ? reachesTo.at : from;
}

function watchNotes(gaps: readonly Span[], { span }: Digest, options: BlockOptions): readonly Note[] {
  // The clock was set back: nothing can be said of no time.
  if (span.from === span.to) return [];
  const [first] = gaps;
  const began = beginning(span, options);
  if (first === undefined)
    return [{ text: `A monitor watched ${began === span.from ? 'all the time' : 'since then'}.` }];
  if (first.from === began && first.to === span.to) {
    return [
      {
        text: `No monitor watched in this time. This is what single passes found, and what is seen now. To have your sessions watched:`,
        command: options.watch,
      },
    ];
  }
  const named = gaps.slice(-gapsAtMost).map((gap) => gapText(gap, span.to, options));
  const more = gaps.length - named.length;
  const times = more === 0 ? named : [...named, `and ${more === 1 ? 'once' : `${more} times`} before`];
  const text = `No monitor watched ${times.join(', ')}. Of that time only what was found afterwards is known.`;
  const watchesNow = gaps.at(-1)?.to !== span.to;
  return [watchesNow ? { text } : { text: `${text} None watches now; to start one:`, command: options.watch }];
}

function gapText({ from, to }: Span, now: number, options: BlockOptions): string {
  const end = to === now ? 'until now' : `to ${when(to, options)}`;
  return `from ${when(from, options)} ${end} (${hoursAndMinutes(to - from)})`;
}

function waitText({ for: reason, since, snoozed }: Digest['waiting'][number], options: BlockOptions): string {
  const howLong = since === null ? '' : `, for ${spanText(options.now - since)}`;
  const until = snoozed === null || snoozed.until === null ? '' : ` until ${when(snoozed.until, options)}`;
  return `${reason ?? 'waits for you'}${howLong}${snoozed === null ? '' : `, snoozed${until}`}`;
}

function idleRows({ idle }: Digest, options: BlockOptions): string[][] {
  return idle.map(({ session, since, workedMs }) => [
    clean(session),
    `${since === null ? 'idle' : `idle since ${when(since, options)}`}, after ${hoursAndMinutes(workedMs)} of work`,
  ]);
}

function lostRows({ lost }: BlockOptions): string[][] {
  return lost.flatMap(({ session, wayBack }) =>
    wayBack.kind === 'none' ? [[clean(session), clean(wayBack.reason)]] : [],
  );
}

function jobRows({ finishedJobs, orphanedJobs }: Digest, options: BlockOptions): string[][] {
  const rows = [
    ...orphanedJobs.map((one) => ({ at: one.at, text: foundText(one, options) })),
    ...finishedJobs.map(({ id, session, state, at }) => ({
      at,
      text: `job ${clean(id)}${session === null ? '' : ` of ${clean(session)}`}: ${state}`,
    })),
  ];
  return inOrder(rows, options);
}

function changeRows({ fresh, back, ids, others }: Digest, options: BlockOptions): string[][] {
  const names = fresh.map(({ session }) => clean(session));
  const [first] = fresh;
  const [firstBack] = back;
  const rows = [
    ...(first === undefined
      ? []
      : [
          {
            at: first.at,
            text:
              names.length === 1
                ? `${names.join('')}: new in the registry`
                : `${names.length} new in the registry${lastAt(fresh, options)}: ${someOf(names)}`,
          },
        ]),
    ...(firstBack === undefined
      ? []
      : [
          {
            at: firstBack.at,
            text: `back, dead before${lastAt(back, options)}: ${someOf(back.map(({ session }) => clean(session)))}`,
          },
        ]),
    ...ids.map(({ session, at, from, to }) => ({
      at,
      text:
        from === null
          ? `${clean(session)}: its conversation is ${shortId(to)}`
          : `${clean(session)}: goes on in conversation ${shortId(to)} (was ${shortId(from)})`,
    })),
    ...others.map((one) => ({ at: one.at, text: foundText(one, options) })),
  ];
  return inOrder(rows, options);
}

/** Returns what was found; what is over says so, because its sentence may ask for something to be done. */
function foundText({ message, end }: FoundDrift, options: BlockOptions): string {
  return end === null || end.because === 'repaired' ? message : `${message} Over since ${when(end.at, options)}.`;
}

function blindRows({ blind }: Digest, options: BlockOptions): string[][] {
  return blind.map(({ at, end, message }) => {
    const until = end === null ? 'still' : `to ${when(end.at, options)}`;
    return [`${when(at, options)} ${until}`, clean(message)];
  });
}

function inOrder(rows: readonly { readonly at: number; readonly text: string }[], options: BlockOptions): string[][] {
  return rows.toSorted((one, other) => one.at - other.at).map(({ at, text }) => [when(at, options), clean(text)]);
}

/** Returns the beginning of a conversation id, by which people tell ids apart. */
function shortId(id: string): string {
  return clean(id.length > 12 ? id.slice(0, 8) : id);
}

/** Returns `12h`, `1h30m` or `3d`. */
function lengthText(ms: number): string {
  return ms >= 48 * 3_600_000 ? spanText(ms) : hoursAndMinutes(ms).replace('h00m', 'h');
}
