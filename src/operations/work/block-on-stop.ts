import { clean } from '../../core/words/text.ts';
import { boardIsSilent } from './answer-lines.ts';
import type { Call, WorkContext } from './work-call.ts';
import type { CardChoice } from './work.ts';

/**
 * Reads from the card whether the user wants it stopped, and ends the run if so.
 * @throws BoardError
 */
export function blockOnStop({ work }: WorkContext, given: CardChoice, { signal }: Call): Promise<string> {
  return work.onRunning(
    given,
    async (watch) => {
      const judged = await work.judge(watch, signal);
      if (typeof judged === 'string') return judged;
      return judged.kind === 'unknown' ? boardIsSilent(judged.reason) : 'monitoring is still wanted';
    },
    (_, { id, status }) => Promise.resolve(`card ${clean(id)} is ${clean(status)}: there is no run to stop`),
  );
}
