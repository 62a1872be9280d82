import { span } from '../../core/words/time.ts';
import type { ActivityFields } from '../../pass/document.ts';

/**
 * Says what a living session does, for people: `working`, `needs you 12m: permission prompt`.
 * @param now ms since 1970
 */
export function activityText(
  { activity, waiting_for: reason, waiting_since: since }: ActivityFields,
  now: number,
): string {
  switch (activity) {
    case 'working':
    case 'idle':
    case 'shell':
      return activity;
    case 'waiting': {
      const how = since === null ? '' : ` ${span(now - Date.parse(since))}`;
      return `needs you${how}${reason === null ? '' : `: ${reason}`}`;
    }
    case 'exited':
      return 'agent exited';
    case 'unknown':
    case null:
      return 'alive';
  }
}
