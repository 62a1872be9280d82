import { workedIn, type SessionTimes } from '../../core/timeline/session-times.ts';
import { clean } from '../../core/words/text.ts';
import { hoursAndMinutes } from '../../core/words/time.ts';
import { firstOf, type Block } from './block.ts';

interface Column {
  readonly title: string;
  readonly cell: (times: SessionTimes) => string;
  /** It is shown even if it is empty. */
  readonly isAlways?: true;
}

const nothing = '-';

const columns: readonly Column[] = [
  { title: 'WORKED', cell: (one) => hoursAndMinutes(workedIn(one)), isAlways: true },
  { title: 'WAITED', cell: waitedText, isAlways: true },
  { title: 'IDLE', cell: ({ ms }) => hoursAndMinutes(ms.idle) },
  { title: 'ENDED', cell: ({ ms }) => hoursAndMinutes(ms.gone + ms.exited) },
  { title: 'UNCLEAR', cell: ({ ms }) => hoursAndMinutes(ms.alive + ms.unknown) },
  { title: 'UNWATCHED', cell: ({ ms }) => hoursAndMinutes(ms.unwatched) },
];

/**
 * Returns how long each session worked, waited and so on; none if no session lived. Columns that are empty are left
 * out, and sessions that did not live in the span.
 */
export function timesTable(times: readonly SessionTimes[], atMost: number, showsAll: string): readonly Block[] {
  const lived = times.filter((one) => workedIn(one) + one.ms.waiting + one.ms.idle + one.ms.exited + one.ms.alive > 0);
  if (lived.length === 0) return [];
  const shown = firstOf(lived, atMost);
  const used = columns.filter(
    (column) => column.isAlways === true || lived.some((one) => column.cell(one) !== nothing),
  );
  const count = lived.length - shown.length;
  return [
    {
      kind: 'table',
      title: 'Time of each session',
      rows: [
        ['SESSION', ...used.map(({ title }) => title)],
        ...shown.map((one) => [clean(one.session), ...used.map(({ cell }) => cell(one))]),
      ],
      more: count === 0 ? null : { count, command: showsAll },
    },
  ];
}

function waitedText({ ms, waits }: SessionTimes): string {
  return waits.count < 2 ? hoursAndMinutes(ms.waiting) : `${hoursAndMinutes(ms.waiting)} (${waits.count}x)`;
}
