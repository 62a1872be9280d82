import { bandNames, type Band } from '../../../core/timeline/bands.ts';
import { meanings } from '../words/standing.ts';
import { places } from './track.tsx';

const shown: readonly Band['what'][] = [
  'working',
  'waiting',
  'idle',
  'alive',
  'shell',
  'exited',
  'gone',
  'unknown',
  'unwatched',
];

export function Legend() {
  return (
    <ul class="legend" aria-label="Legend of the timeline">
      {shown.map((what) => (
        <li key={what} title={meanings[what]}>
          <svg width="22" height="24" aria-hidden="true">
            <rect class="band" data-what={what} width="22" {...places[what]} fill={`url(#band-${what})`} />
          </svg>
          {bandNames[what]}
        </li>
      ))}
      <li title="something was found or changed: see the log">
        <svg width="10" height="12" viewBox="-5 0 10 12" class="drift" aria-hidden="true">
          <path d="M0 2 4 6 0 10 -4 6Z" />
        </svg>
        drift
      </li>
    </ul>
  );
}
