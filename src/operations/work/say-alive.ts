import { clean, cutTo } from '../../core/words/text.ts';
import { boardIsSilent } from './answer-lines.ts';
import type { Call, WorkContext } from './work-call.ts';
import type { CardChoice } from './work.ts';

const noteBytesAtMost = 500;

/**
 * Sends a heartbeat to the board, with this note or the usual one; ends a run that is over instead. The answer says
 * where the board did not take it: Hermes refuses one on a card without a claim.
 * @throws BoardError
 */
export function sayAlive(
  { work }: WorkContext,
  given: CardChoice & { readonly note?: string | undefined },
  { signal }: Call,
): Promise<string> {
  const note = given.note === undefined ? undefined : cutTo(clean(given.note), noteBytesAtMost);
  return work.onRunning(
    given,
    async (watch) => {
      const judged = await work.judge(watch, signal);
      if (typeof judged === 'string') return judged;
      const said = await watch.queue.inTurn(() => watch.run.heartbeat(signal, note));
      if (judged.kind === 'unknown') return `${boardIsSilent(judged.reason)}\n${said.note}`;
      return said.lost === null ? said.note : `${notTaken(said.lost.message)}\n${said.note}`;
    },
    async (board, { id }) => {
      const said = note ?? 'monitoring is alive';
      await board.heartbeat(id, said, signal);
      return said;
    },
  );
}

function notTaken(reason: string): string {
  return `the board did not take this heartbeat: ${clean(reason)}`;
}
