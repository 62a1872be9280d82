import { bandNames, type Band } from '../../../core/timeline/bands.ts';
import type { TimelineAnswer } from '../../page-data.ts';
import { momentOf, span, ticksOf } from '../words/when.ts';
import { still } from './still.ts';

export type TimelineRow = TimelineAnswer['rows'][number];
type TrackBand = TimelineRow['bands'][number];

/** Where a band stands in a track of 24 units: what differs in height can be told apart without any colour. */
export const places: Readonly<Record<Band['what'], { readonly y: number; readonly height: number }>> = {
  waiting: { y: 3, height: 18 },
  working: { y: 5, height: 14 },
  alive: { y: 5, height: 14 },
  idle: { y: 9, height: 6 },
  shell: { y: 9, height: 6 },
  exited: { y: 9, height: 6 },
  gone: { y: 11, height: 2 },
  unknown: { y: 5, height: 14 },
  unwatched: { y: 3, height: 18 },
};

interface TrackProps {
  readonly row: TimelineRow | null;
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** Draws what one session was between two times. Widths are shares, so that no width must be measured. */
export const Track = still(function Track({ row, from, to, name }: TrackProps) {
  const share = (at: number) => `${(((at - from) / (to - from)) * 100).toFixed(3)}%`;
  const bands = row?.bands ?? [];
  const marks = row?.marks ?? [];
  return (
    <svg class="track" width="100%" height="24" role="img" aria-label={`${name}: ${summaryOf(bands, marks.length)}`}>
      {ticksOf(from, to).map(({ at }) => (
        <line key={at} class="tick" x1={share(at)} x2={share(at)} y1="0" y2="24" />
      ))}
      {bands.map((band) => (
        <rect
          key={`${band.what} ${band.from}`}
          class="band"
          data-what={band.what}
          x={share(band.from)}
          width={share(from + band.to - band.from)}
          {...places[band.what]}
          fill={`url(#band-${band.what})`}
        >
          <title>{titleOf(band, to)}</title>
        </rect>
      ))}
      {marks.map(({ at, kind, message }) => (
        <svg key={`${at} ${kind}`} x={share(at)} y="0" width="1" height="24" class="drift" data-kind={kind}>
          <path d="M0 0 4 4 0 8 -4 4Z" />
          <line x1="0" x2="0" y1="8" y2="24" />
          <title>{`${momentOf(at, to)} ${kind}: ${message}`}</title>
        </svg>
      ))}
    </svg>
  );
});

function titleOf({ what, from, to: end, of }: TrackBand, to: number): string {
  const [most, changes] = of === undefined ? ['', ''] : ['mostly ', `, ${of} changes: too short to be drawn`];
  return `${most}${bandNames[what]} ${momentOf(from, to)} to ${momentOf(end, to)}, ${span(end - from)}${changes}`;
}

/** Says in words what the bands show: `working 3h, needs you 12m; 2 drifts`. */
function summaryOf(bands: readonly TrackBand[], drifts: number): string {
  const times = new Map<Band['what'], number>();
  for (const { what, from, to } of bands) times.set(what, (times.get(what) ?? 0) + to - from);
  const about = bands.some(({ of }) => of !== undefined) ? 'about ' : '';
  const parts = [...times].map(([what, ms]) => `${bandNames[what]} ${about}${span(ms)}`);
  const said = parts.length === 0 ? 'nothing is known of this time' : parts.join(', ');
  return drifts === 0 ? said : `${said}; ${drifts} ${drifts === 1 ? 'drift' : 'drifts'}`;
}
