import type { TimelineAnswer } from '../../page-data.ts';
import { ticksOf } from '../words/when.ts';

interface AxisProps {
  readonly timeline: TimelineAnswer | null;
  readonly trouble: string | null;
}

/** The head of the table: what its columns are, and the times above the tracks. */
export function Axis({ timeline, trouble }: AxisProps) {
  const { from = 0, to = 0 } = timeline ?? {};
  return (
    <div class="axis" aria-hidden="true">
      <span>Session</span>
      <span>State</span>
      {trouble === null ? (
        <svg width="100%" height="18">
          <text class="now" x="100%" y="13" text-anchor="end">
            {to === 0 ? '' : 'now'}
          </text>
          {ticksOf(from, to)
            .filter(({ at }) => at < to - (to - from) / 12)
            .map(({ at, label }) => (
              <text key={at} x={`${((at - from) / (to - from)) * 100}%`} y="13" text-anchor="middle">
                {label}
              </text>
            ))}
        </svg>
      ) : (
        <span>No timeline: {trouble}</span>
      )}
    </div>
  );
}
