import type { StateLine } from '../model/state.ts';

/** Times are ms since 1970; `to` does not belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the times of a span in which no monitor watched, oldest first.
 * @param lines the state history, oldest first, from before the span on
 * @param watchedUntil until when the last monitor is known to have watched; `null`: none ever did
 */
export function unwatchedSpans(
  lines: readonly StateLine[],
  { from, to }: Span,
  watchedUntil: number | null,
): readonly Span[] {
  let unwatched: Span[] = [];
  let since: number | null = from;
  let known = from;
  const marks = lines.filter(({ kind }) => kind === 'watch-began' || kind === 'watch-ended');
  for (const { kind, at } of [...marks, { kind: 'watch-ended', at: watchedUntil ?? to } as const]) {
    if (kind === 'watch-began' && at < known) {
      // A clock that was ahead must not hide what comes after its correction.
      known = Math.max(at, from);
      unwatched = unwatched
        .filter((span) => span.from < known)
        .map((span) => ({ ...span, to: Math.min(span.to, known) }));
      if (since !== null) since = Math.min(since, known);
    }
    // A clock that was set back must not make spans that overlap.
    known = Math.min(Math.max(at, known), to);
    if (kind === 'watch-ended') since ??= known;
    else if (since !== null) {
      add(unwatched, { from: since, to: known });
      since = null;
    }
  }
  if (since !== null) add(unwatched, { from: since, to });
  return unwatched;
}

function add(spans: Span[], span: Span): void {
  if (span.from === span.to) return;
  const last = spans.at(-1);
  if (last?.to === span.from) spans.splice(-1, 1, { from: last.from, to: span.to });
  else spans.push(span);
}
