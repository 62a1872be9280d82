import type { HistoryRow } from '../../../operations/answers/history.ts';
import { isSameDay, momentOf, secondsOf } from '../words/when.ts';
import { Copy } from './copy.tsx';
import { still } from './still.ts';

interface EventItemProps {
  readonly event: HistoryRow;
  readonly now: number;
}

/** One line of the log. */
export const EventItem = still(function EventItem({ event, now }: EventItemProps) {
  const { at, what, kind, message, edits, resume } = event;
  const moment = Date.parse(at);
  return (
    <li class="event" data-event={event.event} data-kind={kind ?? what}>
      <div class="event-head">
        <time dateTime={at} title={at}>
          {isSameDay(moment, now) ? secondsOf(moment) : momentOf(moment, now)}
        </time>
        <span class="kind">{kind ?? what}</span>
        {kind !== null && what !== 'found' && <span class="what">{what}</span>}
        {resume !== undefined && <Copy text={resume} what="the resume command" />}
      </div>
      <p>{message}</p>
      {edits.length > 0 && (
        <details>
          <summary>
            {edits.length} {edits.length === 1 ? 'value' : 'values'} written
          </summary>
          <ul>
            {edits.map(({ path, from, to }) => (
              <li key={path.join('.')}>
                <code>{path.slice(2).join('.') || path.join('.')}</code> {valueText(from)} → {valueText(to)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
});

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
