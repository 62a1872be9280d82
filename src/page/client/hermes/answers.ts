import type { HistoryAnswer, TimelinesAnswer } from '../../../operations/answers/history.ts';
import type { StatusAnswer } from '../../../operations/answers/sessions.ts';

/** Read the answers of `asm`. Each returns `null` where its list is not there: an `asm` of another version answered. */
export const read = {
  status: (answer: unknown) => listed<StatusAnswer>(answer, 'sessions'),
  history: (answer: unknown) => listed<HistoryAnswer>(answer, 'events'),
  timelines: (answer: unknown) => listed<TimelinesAnswer>(answer, 'timelines'),
};

function listed<Answer>(answer: unknown, key: keyof Answer): Answer | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const list = Object.entries(answer).find(([name]) => name === key)?.[1];
  return Array.isArray(list) ? (answer as Answer) : null;
}
