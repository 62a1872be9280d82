import type { Board } from '../../board/board.ts';
import { shellCommand } from '../../core/words/shell-command.ts';
import { clean } from '../../core/words/text.ts';
import { answer } from '../answer.ts';
import { card, text, texts } from '../input.ts';
import { makeTool, type ToolServer } from '../tool.ts';

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
  run: (server, given, { signal }) => {
    const { work } = server;
    const { text: own, drift_ids: wanted = [] } = given;
    const onto = async (board: Board, cardId: string): Promise<string> => {
      if (own === undefined) return postNews(server, { board, card: cardId, wanted }, signal);
      const isNew = await work.cards.say(board, cardId, own, sameTextMs, signal);
      return isNew ? 'posted' : 'said before: nothing posted';
    };
    return work.onRunning(
      given,
      ({ board, queue, run }) => queue.inTurn(() => onto(board, run.card)),
      (board, { id }) => onto(board, id),
    );
  },
});

/** Puts what is new on the card, and says of the `wanted` drifts what became of them. @throws BoardError */
async function postNews(
  { work, world }: ToolServer,
  about: { readonly board: Board; readonly card: string; readonly wanted: readonly string[] },
  signal: AbortSignal,
): Promise<string> {
  const { board, card: cardId, wanted } = about;
  const { heldUntil, posted, drifts } = await work.cards.tell(board, cardId, signal);
  const { found } = await world.ports.log.ledger();
  const isTold = (id: string): boolean => found.get(id)?.told.some((telling) => telling.card === cardId) === true;
  const said = wanted.filter((id) => isTold(id) && !drifts.includes(id));
  const unknown = wanted.filter((id) => !found.has(id));
  const lines = [
    ...(posted === null ? [] : [`posted: ${clean(posted)}`]),
    ...(heldUntil === null ? [] : ['a death is held back for a few seconds: its killer may still write it down']),
    ...(said.length === 0 ? [] : [`said before: ${clean(said.join(', '))}`]),
    ...(unknown.length === 0 ? [] : [`no such drift: ${clean(unknown.join(', '))}`]),
  ];
  const rest = shellCommand(world.settings.registry, 'card', '--card', cardId);
  return answer(lines.length === 0 ? ['no drift'] : lines, rest);
}
