import type { EventMessage } from './messages.ts';
import type { Edit } from '../core/model/drift.ts';
import { currentId } from '../core/model/id-fields.ts';
import { entryId } from '../core/model/entry.ts';
import { openedBy } from '../log/event-drifts.ts';
import type { Event, LoggedDrift } from '../log/log.ts';
import type { HostLook } from './host-look.ts';
import { activityFields, renderDrift } from '../pass/render.ts';
import type { PassResult } from '../pass/pass.ts';
import { countsOf } from '../pass/make-document.ts';

/** Returns the result of a pass for the broker. The id of a session that it registered comes with the next pass. */
export function hostLook(result: PassResult): HostLook {
  const verdicts = new Map(result.plan.verdicts.map((verdict) => [entryId(verdict.entry), verdict]));
  const written = new Map(result.written ? result.edits.flatMap(statusEdit) : []);
  return {
    counts: countsOf(result),
    sessions: [
      ...result.registry.entries.flatMap((entry) => {
        const verdict = verdicts.get(entryId(entry));
        // The entry's own host publishes it.
        if (verdict?.elsewhere != null) return [];
        const row = {
          session: entry.session,
          status: written.get(entryId(entry)) ?? entry.status,
          liveness: verdict?.liveness ?? ('unknown' as const),
          id: verdict?.identity?.id ?? currentId(entry),
          job: entry.jobId,
          ...activityFields(verdict),
        };
        return [row];
      }),
      ...(result.written ? result.edits.flatMap(registered) : []),
    ],
  };
}

function registered({ op, entry }: Edit): HostLook['sessions'] {
  if (op !== 'register') return [];
  const unjudged = activityFields({ liveness: 'alive', activity: null, waiting: null });
  return [{ session: entry.session, status: 'running', liveness: 'alive', id: null, job: null, ...unjudged }];
}

function statusEdit(edit: Edit): [string, 'running' | 'terminated'][] {
  if (edit.op !== 'set' || edit.path.join() !== 'status') return [];
  return edit.to === 'running' || edit.to === 'terminated' ? [[entryId(edit.entry), edit.to]] : [];
}

/**
 * Returns the messages of events. Undo data, hashes and reasons that quote people are left out; so are the ends of
 * comments that never arrived, and places: each host publishes its own.
 */
export function eventMessages(all: readonly Event[], due: readonly Event[]): readonly (EventMessage | null)[] {
  const opened = openedBy(all);
  return due.map((event) =>
    isOurs(event)
      ? null
      : { schema: 1, event: event.event, at: event.at, kind: event.kind, ...detailsOf(event, opened(event)) },
  );
}

type Published = Exclude<Event, { kind: 'seen' | 'adopted' | 'snoozed' | 'finished' }>;

function isOurs(event: Event): event is Exclude<Event, Published> {
  if (event.kind === 'posted') return !event.arrived;
  return ['seen', 'adopted', 'snoozed', 'finished'].includes(event.kind);
}

function detailsOf(
  event: Published,
  opened: readonly LoggedDrift[],
): Omit<EventMessage, 'schema' | 'event' | 'at' | 'kind'> {
  switch (event.kind) {
    case 'opened':
      return { drifts: rendered(opened) };
    case 'applied':
      return { of: event.of, drifts: rendered(opened) };
    case 'dropped':
      return { of: event.of };
    case 'resolved':
      return { drift: event.id, because: event.because, message: event.message };
    case 'undone':
      return { drift: event.drift, session: event.session };
    case 'tombstone':
      return { session: event.session };
    case 'posting':
      return { card: event.card };
    case 'posted':
      return { of: event.of, card: event.card };
    case 'run':
      return { card: event.card, what: event.what };
    case 'intended':
    case 'entries':
      return {};
  }
}

function rendered(drifts: readonly LoggedDrift[]): NonNullable<EventMessage['drifts']> {
  return drifts.map((drift) => renderDrift(drift, 'opened', false));
}
