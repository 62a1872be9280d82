import type { DriftRecord } from '../../core/model/memory.ts';
import type { Board } from '../../board/board.ts';
import { shellCommand } from '../../core/words/shell-command.ts';
import { clean } from '../../core/words/text.ts';
import { sayUnlessSaid, tellCard, type CardReader } from '../../tell/card.ts';
import { readerOf } from '../../watch/watch-world.ts';
import { answer } from './answer-lines.ts';
import type { Call, WorkContext } from './work-call.ts';
import type { CardChoice } from './work.ts';

const sameTextMs = 10 * 60_000;

export interface CardWords extends CardChoice {
  /** The text; absent: the news. */
  readonly text?: string | undefined;
  /** The ids of the drifts that are meant. */
  readonly drift_ids?: readonly string[] | undefined;
}

/**
 * Puts the news or a text on the card, once.
 * @returns what was posted, and what had been told before
 * @throws BoardError
 */
export function commentOnCard(context: WorkContext, given: CardWords, { signal }: Call): Promise<string> {
  const { text, drift_ids: wanted = [] } = given;
  const onto = async (board: Board, card: string): Promise<string> => {
    const reader = atOnce(readerOf(context.world, board, card));
    if (text === undefined) return postNews(reader, wanted, signal);
    const isNew = await sayUnlessSaid(reader, text, sameTextMs, signal);
    return isNew ? 'posted' : 'said before: nothing posted';
  };
  return context.work.onRunning(
    given,
    ({ board, queue, run }) => queue.inTurn(() => onto(board, run.card)),
    (board, { id }) => onto(board, id),
  );
}

/** A caller that asks for a comment does not wait for more agents to wait. */
function atOnce(reader: CardReader): CardReader {
  return { ...reader, gatherMs: reader.gatherMs === null ? null : 0 };
}

/**
 * Puts the news on the card, and reports on the `wanted` drifts.
 * @throws BoardError
 */
async function postNews(reader: CardReader, wanted: readonly string[], signal: AbortSignal): Promise<string> {
  const { card, log, registry } = reader;
  const { heldUntil, posted, drifts } = await tellCard(reader, signal);
  // The caller may name what is no drift.
  const found: ReadonlyMap<string, DriftRecord> = (await log.ledger()).found;
  const isTold = (id: string): boolean => found.get(id)?.told.some((telling) => telling.card === card) === true;
  const said = wanted.filter((id) => isTold(id) && drifts.every((drift) => drift !== id));
  const unknown = wanted.filter((id) => !found.has(id));
  const lines = [
    ...(posted === null ? [] : [`posted: ${clean(posted)}`]),
    ...(heldUntil === null ? [] : ['a death is held back for a few seconds: its killer may still write it down']),
    ...(said.length === 0 ? [] : [`said before: ${clean(said.join(', '))}`]),
    ...(unknown.length === 0 ? [] : [`no such drift: ${clean(unknown.join(', '))}`]),
  ];
  const rest = shellCommand(registry, 'card', '--card', card);
  return answer(lines.length === 0 ? ['no drift'] : lines, rest);
}
