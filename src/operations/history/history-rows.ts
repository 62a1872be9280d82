import { entryId } from '../../core/model/entry.ts';
import { sessionIn } from '../../core/model/entry.ts';
import { appliedBy, openedBy } from '../../log/event-drifts.ts';
import type { Event, LoggedDrift } from '../../log/log.ts';
import { isoSeconds } from '../../core/words/time.ts';
import type { EditDocument } from '../../pass/document.ts';
import { renderEdit } from '../../pass/render.ts';
import type { HistoryRow } from '../answers/history.ts';

/**
 * Returns the log as people read it. A drift with edits counts from the time they were applied; a dropped one never
 * happened.
 */
export function historyRows(events: readonly Event[]): readonly HistoryRow[] {
  const opened = openedBy(events);
  const intended = appliedBy(events);
  const drifts = new Map<string, LoggedDrift>();
  const undone = new Set<string>();
  const found = (event: Event, drift: LoggedDrift): HistoryRow => {
    drifts.set(drift.id, drift);
    for (const edit of drift.edits) undone.delete(`${drift.id} ${entryId(edit.entry)}`);
    const { resume } = drift;
    const found = row(event, 'found', drift, drift.message, drift.edits.map(renderEdit));
    return resume === undefined ? found : { ...found, resume };
  };
  return events.flatMap((event): readonly HistoryRow[] => {
    switch (event.kind) {
      case 'opened':
      case 'applied':
        return [...opened(event).map((drift) => found(event, drift)), ...submitted(event, intended(event))];
      case 'resolved':
        return event.message === null ? [] : [row(event, 'resolved', drifts.get(event.id) ?? null, event.message, [])];
      case 'undone': {
        // A later undo of the same entry repeats what stays taken back.
        const what = `${event.drift} ${event.entryId}`;
        if (undone.has(what)) return [];
        undone.add(what);
        return [row(event, 'undone', drifts.get(event.drift) ?? null, `${event.session}: repair taken back.`, [])];
      }
      case 'posted':
        return event.arrived ? [row(event, 'posted', null, `comment on card ${event.card}`, [])] : [];
      case 'run':
        return [
          row(
            event,
            'run',
            null,
            `card ${event.card}: ${event.what}${event.reason === null ? '' : ` (${event.reason})`}`,
            [],
          ),
        ];
      case 'adopted': {
        const sessions = event.entries.map(sessionIn);
        const message = `adopted on ${event.host}: ${sessions.join(', ')}`;
        return [{ ...row(event, 'adopted', null, message, []), sessions }];
      }
      case 'snoozed':
        return [{ ...row(event, 'snoozed', null, snoozedMessage(event), []), sessions: [event.session] }];
      case 'finished':
        return [{ ...row(event, 'finished', null, event.message, []), sessions: [event.session] }];
      case 'seen':
      case 'intended':
      case 'dropped':
      case 'tombstone':
      case 'entries':
      case 'posting':
        return [];
    }
  });
}

function snoozedMessage({ session, until, at }: Extract<Event, { kind: 'snoozed' }>): string {
  const isOver = until <= Date.parse(at);
  const what = isOver ? 'a waiting of it is told again' : `no waiting of it is told until ${isoSeconds(until)}`;
  return `${session}: ${what}.`;
}

export function submittedMessage({ job, session }: { readonly job: string; readonly session: string }): string {
  return `${session}: job ${job} submitted.`;
}

/** Returns the row of a job that a person gave to a session. */
function submitted(event: Event, intended: Extract<Event, { kind: 'intended' }> | null): readonly HistoryRow[] {
  if (intended?.submitted === undefined) return [];
  const { session } = intended.submitted;
  return [
    {
      ...row(event, 'job', null, submittedMessage(intended.submitted), intended.edits.map(renderEdit)),
      sessions: [session],
    },
  ];
}

function row(
  event: Event,
  what: HistoryRow['what'],
  drift: LoggedDrift | null,
  message: string,
  edits: readonly EditDocument[],
): HistoryRow {
  const sessions = drift?.sessions ?? (drift?.session == null ? [] : [drift.session]);
  return {
    event: event.event,
    at: event.at,
    what,
    drift: drift?.id ?? null,
    kind: drift?.kind ?? null,
    class: drift?.class ?? null,
    sessions,
    message,
    edits,
  };
}
