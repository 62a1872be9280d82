import type { FoundDrift } from '../../core/timeline/digest-input.ts';
import { openedBy } from '../../log/event-drifts.ts';
import type { Event, LoggedDrift } from '../../log/log.ts';
import type { DriftDocument } from '../../pass/document.ts';

/**
 * Returns every drift that the log knows, and those that a pass found and the log does not know yet; oldest first.
 * @param standing the drifts of the pass
 * @param at when the pass looked; ms since 1970
 */
export function foundDrifts(
  events: readonly Event[],
  standing: readonly DriftDocument[],
  at: number,
): readonly FoundDrift[] {
  const opened = openedBy(events);
  const found = new Map<string, FoundDrift>();
  for (const event of events) {
    const time = Date.parse(event.at);
    for (const drift of opened(event)) {
      const known = found.get(drift.id);
      found.set(drift.id, {
        ...driftOf(drift, time),
        ...(known === undefined ? {} : { at: known.at, end: known.end }),
      });
    }
    if (event.kind === 'resolved') change(found, event.id, { end: { at: time, because: event.because } });
    if (event.kind === 'undone') change(found, event.drift, { takenBack: true });
  }
  const fresh = standing.filter(({ id }) => !found.has(id)).map((drift) => driftOf(drift, at));
  return [...found.values(), ...fresh];
}

/**
 * Returns from when on the log is whole: a rotation keeps the newest events, and of those before only what still
 * matters; ms since 1970. `null`: it is empty.
 */
export function logReachesTo(events: readonly Event[]): { readonly at: number; readonly isBeginning: boolean } | null {
  const gap = events.findLastIndex((event, index) => event.position !== (events[index - 1]?.position ?? -1) + 1);
  const first = events[Math.max(gap, 0)];
  return first === undefined ? null : { at: Date.parse(first.at), isBeginning: gap === -1 };
}

function change(found: Map<string, FoundDrift>, id: string, fields: Partial<FoundDrift>): void {
  const drift = found.get(id);
  if (drift !== undefined) found.set(id, { ...drift, ...fields });
}

function driftOf(drift: LoggedDrift | DriftDocument, at: number): FoundDrift {
  const { id, kind, message, session = null, sessions } = drift;
  return {
    id,
    at,
    kind,
    sessions: sessions ?? (session === null ? [] : [session]),
    message,
    end: null,
    takenBack: false,
    idChange: kind === 'session-id-materialized' || kind === 'session-id-rotated' ? idChange(drift.edits) : null,
  };
}

/** Returns the first id that the edits write. */
function idChange(edits: LoggedDrift['edits'] | DriftDocument['edits']): FoundDrift['idChange'] {
  for (const edit of edits) {
    if ('op' in edit && edit.op !== 'set') continue;
    const { from, to } = edit;
    if (typeof to === 'string') return { from: typeof from === 'string' ? from : null, to };
  }
  return null;
}
