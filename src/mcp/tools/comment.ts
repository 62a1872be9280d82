import type { Board } from '../../board/board.ts';
import { sayUnlessSaid } from '../../tell/card.ts';
import { card, text, texts } from '../input.ts';
import { postNews } from '../post-news.ts';
import { makeTool } from '../tool.ts';

const sameTextMs = 10 * 60_000;

export const commentTool = makeTool({
  name: 'comment',
  title: 'Comment on the card',
  description:
    'Puts what is new on the card, or your own text; each thing once. Answers what was posted, and what had been said before.',
  readOnly: false,
  input: {
    ...card,
    text: text('your text; default: the news'),
    drift_ids: texts('the drifts that you mean'),
  },
  run: ({ work, world }, given, { signal }) => {
    const onto = async (board: Board, cardId: string): Promise<string> => {
      const { log, now, settings } = world.ports;
      const { registry, stop } = world.settings;
      const { graceMs } = settings;
      const reader = { log, board, card: cardId, now, registry, graceMs, stopPhrases: stop.phrases };
      if (given.text === undefined) return postNews(reader, given.drift_ids ?? [], signal);
      const isNew = await sayUnlessSaid(reader, given.text, sameTextMs, signal);
      return isNew ? 'posted' : 'said before: nothing posted';
    };
    return work.onRunning(
      given,
      (watch) => watch.queue.inTurn(() => onto(watch.board, watch.run.card)),
      (board, { id }) => onto(board, id),
    );
  },
});
